/** Python that looks at what an image holds. */
export const survey = `
import importlib.util, json, os, shutil
from pathlib import Path

app = [str(path.relative_to('/app')) for path in Path('/app').rglob('*') if path.is_file()]
writable = [str(path) for root in ('/app', '/opt') for path in Path(root).rglob('*') if os.access(path, os.W_OK) and not path.is_symlink()]
print(json.dumps({
    'user': f'{os.getuid()}:{os.getgid()}',
    'modules': [name for name in ('pip', 'setuptools', 'wheel') if importlib.util.find_spec(name)],
    'compilers': [name for name in ('cc', 'gcc', 'g++', 'clang', 'make', 'uv', 'git') if shutil.which(name)],
    'app': app,
    'writable': writable,
}))
`;

/** Files that get into no image, but for the one that the application allows. */
export const secrets = {
  '.env': 'KEY=hush-hush',
  'config/.env.production': 'KEY=hush-hush',
  'docker/web.env': 'KEY=hush-hush',
  'config/credentials.json': '{"private_key": "hush-hush"}',
  'certificates/store.jks': 'hush-hush',
  'certificates/store.keystore': 'hush-hush',
  'deploy/server.ppk': 'hush-hush',
  'deploy/pip.conf': '[global]',
  'certificates/server.key': 'hush-hush',
  'certificates/server.pem': 'hush-hush',
  'certificates/database.pem': 'known to all',
  'deploy/id_rsa': 'hush-hush',
  '.netrc': 'hush-hush',
  '.pypirc': 'hush-hush',
  'deploy/kubeconfig': 'hush-hush',
  'copy.sqlite3': 'hush-hush',
};

/** Python that starts the server, stops it in the middle of a request, and tells what came of it. */
export const stopGracefully = `
import json, os, signal, subprocess, sys, threading, time, urllib.error, urllib.request

os.environ.update(DJANGO_SECRET_KEY='of-this-test', DJANGO_ALLOWED_HOSTS='shop.example.org', PORT='9000')
subprocess.run(['python', 'manage.py', 'migrate', '--verbosity', '0'], check=True)
server = subprocess.Popen(COMMAND, stdout=sys.stderr)
check = lambda: subprocess.run(['python', '-m', 'pipeline_django.healthcheck'], capture_output=True, text=True)
until = time.monotonic() + 60
while check().returncode and server.poll() is None and time.monotonic() < until:
    time.sleep(0.2)
healthy = check()

answers = []
def ask():
    request = urllib.request.Request('http://127.0.0.1:9000/slow/', headers={'Host': 'shop.example.org'})
    with urllib.request.urlopen(request) as answer:
        answers.append([answer.status, answer.read().decode()])
slow = threading.Thread(target=ask)
slow.start()
time.sleep(1.5)
server.send_signal(signal.SIGTERM)
stopped = time.monotonic()
time.sleep(0.5)
try:
    urllib.request.urlopen('http://127.0.0.1:9000/', timeout=2)
    late = 'answered'
except urllib.error.HTTPError as error:
    late = f'answered {error.code}'
except OSError:
    late = 'refused'
slow.join()
code = server.wait(40)
print(json.dumps({
    'healthy': [healthy.returncode, healthy.stdout.strip()],
    'slow': answers,
    'late': late,
    'code': code,
    'seconds': time.monotonic() - stopped,
    'unhealthy': check().returncode,
}))
`;
