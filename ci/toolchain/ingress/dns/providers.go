// Package dns stands in for the package of lego of this name: certificates by way of DNS, with clients of a hundred services.
// Nobody asks for them here, and they are most of what Traefik has to be compiled of.
package dns

import (
	"fmt"

	"github.com/go-acme/lego/v4/challenge"
)

// NewDNSChallengeProviderByName knows none.
func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, fmt.Errorf("DNS provider %s is not compiled in", name)
}
