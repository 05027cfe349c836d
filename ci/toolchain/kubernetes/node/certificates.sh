# Sourced by k3s. One certificate authority for the life of the cluster; what it signs is signed anew at each start, because
# the node's address is another each time. Everything is verified by it: nobody skips TLS verification.
tls=$state/server/tls
mkdir -p $tls
printf '[req]\ndistinguished_name = name\nprompt = no\n[name]\n' > /run/node.cnf
key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 -config /run/node.cnf'

[ -s $tls/ca.crt ] || openssl req -x509 $key -subj /CN=node-ca -keyout $tls/ca.key -out $tls/ca.crt \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2> /dev/null
[ -s $tls/service-account.key ] || openssl genrsa -out $tls/service-account.key 2048 2> /dev/null

sign() { # name, subject, further extensions …
  local name=$1 subject=$2
  shift 2
  openssl req -x509 $key -CA $tls/ca.crt -CAkey $tls/ca.key -subj "$subject" -keyout "$tls/$name.key" -out "$tls/$name.crt" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature "$@" 2> /dev/null
}
sign admin /O=system:masters/CN=admin -addext extendedKeyUsage=clientAuth
sign server /CN=node -addext extendedKeyUsage=serverAuth -addext "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,\
DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:10.43.0.1,IP:$ip"
