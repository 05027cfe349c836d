// Package ecs stands in for Traefik's package of this name, which finds services at Amazon ECS. Nobody asks for it here, and the
// clients of Amazon's services that it needs are a quarter of what Traefik has to be compiled of.
package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/provider"
	"github.com/traefik/traefik/v3/pkg/safe"
)

// Provider knows no settings.
type Provider struct{}

var _ provider.Provider = (*Provider)(nil)

// Init says that nothing can be provided.
func (*Provider) Init() error {
	return errors.New("provider ecs is not compiled in")
}

// Provide provides nothing.
func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error {
	return nil
}
