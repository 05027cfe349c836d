"""How the image serves. PORT, WEB_CONCURRENCY and GUNICORN_CMD_ARGS in the environment override it."""

import os

# By their names gunicorn knows that they are hooks.
from pipeline_django.boot import child_exit, on_starting, post_worker_init, pre_fork, worker_exit

bind = '0.0.0.0:' + (os.environ.get('PORT') or '8000')

# Two processes, so that one that hangs or dies does not take the service with it; threads for waiting clients.
workers = int(os.environ.get('WEB_CONCURRENCY') or 2)
threads = 4

# Heartbeats are files: on a disk that stalls, healthy workers would be killed.
worker_tmp_dir = next((folder for folder in ('/dev/shm', '/tmp') if os.access(folder, os.W_OK)), None)

# On SIGTERM, requests under way may finish; less than the terminationGracePeriodSeconds of the chart, after which the pod is
# killed.
graceful_timeout = 30
timeout = 60

# Longer than the idle connections that ingress-nginx keeps (60 s): whoever closes first must be the proxy.
keepalive = 75

# The pod's port is reachable from the cluster only, and the ingress is there: its X-Forwarded-Proto says whether the
# visitor came by HTTPS. Of such headers, none but the scheme is taken over.
forwarded_allow_ips = os.environ.get('FORWARDED_ALLOW_IPS') or '*'
forwarder_headers = ''

accesslog = '-'

# The control socket would be a file in the home folder, which is read-only.
control_socket_disable = True
