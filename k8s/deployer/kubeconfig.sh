#!/bin/sh
# Writes a kubeconfig that holds the deployer's token and nothing else, for --kubeconfig of the pipeline.
#
#   kubeconfig.sh NAMESPACE FILE [DURATION]     a token for so long, such as 720h; the API server may shorten it, and tells
#   kubeconfig.sh NAMESPACE FILE permanent      a token that is good until its Secret `deployer-token` is deleted
#
# An administrator runs it, with kubectl's current context on the cluster. The token passes through pipes, files and this shell alone:
# no argument and no output shows it.
set -eu
umask 077

usage='usage: kubeconfig.sh NAMESPACE FILE [DURATION | permanent]'
namespace=${1:?$usage}
file=${2:?$usage}
duration=${3:-24h}

# The token of a Secret has no end. A controller of Kubernetes fills it in, a moment after the Secret is there.
permanent_token() {
  kubectl --namespace "$namespace" apply --filename - >&2 << EOF
apiVersion: v1
kind: Secret
metadata: { name: deployer-token, annotations: { kubernetes.io/service-account.name: deployer } }
type: kubernetes.io/service-account-token
EOF
  kubectl --namespace "$namespace" wait secret deployer-token --for jsonpath='{.data.token}' --timeout 30s >&2
  kubectl --namespace "$namespace" get secret deployer-token --output jsonpath='{.data.token}' | base64 -d
}

current() { # a field of the current context's cluster, with the certificates of files read in
  kubectl config view --minify --flatten --raw --output "jsonpath={.clusters[0].cluster.$1}"
}

if [ "$duration" = permanent ]; then
  token=$(permanent_token)
else
  token=$(kubectl --namespace "$namespace" create token deployer --duration "$duration")
fi
server=$(current server)
authority=$(current certificate-authority-data)

# A file that is there keeps its mode: it may be readable by all.
rm -f "$file"
cat > "$file" << EOF
apiVersion: v1
kind: Config
clusters:
  - name: cluster
    cluster:
      server: $server
${authority:+      certificate-authority-data: $authority}
users:
  - name: deployer
    user:
      token: $token
contexts:
  - name: deployer
    context:
      cluster: cluster
      namespace: $namespace
      user: deployer
current-context: deployer
EOF
echo "$file: the deployer of namespace $namespace at $server" >&2
