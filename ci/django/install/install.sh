#!/bin/sh
# Installs a Python project's dependencies with uv into a virtual environment.
#
#   install.sh dependencies runtime|test FOLDER   from the dependency files alone, before the sources are there
#   install.sh project      runtime|test FOLDER   the project itself and packages in its folders, once they are
#
# FOLDER is where the application lies (manage.py); the files are looked for there, then above it, up to ROOT.
# `test` adds what only the tests need. Which files are understood: plan.py.
set -eu

export ROOT="${ROOT:-/}"
export VENV="${VENV:-/opt/venv}"
export UV_HOME="${UV_HOME:-/opt/uv}"
UV_VERSION=0.13.9
here=$(dirname "$0")
# The image's own, which has pip; that of the virtual environment has not.
python=$(PATH="${PATH#"$VENV/bin:"}" && command -v python3)

# Certificates: of the system, where a company's own authority is among them, rather than those that uv and pip bring.
bundle=/etc/ssl/certs/ca-certificates.crt
if [ -s "$bundle" ]; then
  export UV_SYSTEM_CERTS=1 PIP_CERT="${PIP_CERT:-$bundle}"
fi

if [ ! -x "$UV_HOME/bin/uv" ]; then
  # --target keeps off the system's own packages, which Debian protects.
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
  # Python before 3.11 cannot read TOML by itself.
  "$python" -m pip install --quiet --target "$UV_HOME" "uv==$UV_VERSION" 'tomli==2.2.1; python_version < "3.11"'
fi
export UV="$UV_HOME/bin/uv"
export UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT=120

# The image's Python is the one that the application asked for; uv must not look for another.
[ -x "$VENV/bin/python" ] || "$UV" venv --quiet --python "$python" "$VENV"
export UV_PYTHON="$VENV/bin/python" UV_PROJECT_ENVIRONMENT="$VENV" VIRTUAL_ENV="$VENV"

# What is built here is the same in each build: without notes for debuggers, which name folders, and without the day. Packages
# that are older than GCC 14 need its permission to be as lax as C was then.
export CFLAGS="${CFLAGS:--O2} -fpermissive -g0" CXXFLAGS="${CXXFLAGS:--O2} -g0"
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-315532800}"
# uv keeps it. It belongs to this release of the system, whose libraries it is linked with.
export UV_CACHE_DIR="${UV_CACHE_DIR:-$HOME/.cache/uv/$(. /etc/os-release && echo "$ID-${VERSION_ID:-}")}"

# Projects that take their version from git tags find no git folder here. What they depend on has a version of its own.
if [ "$1" = project ]; then
  export SETUPTOOLS_SCM_PRETEND_VERSION="${SETUPTOOLS_SCM_PRETEND_VERSION:-0.0.0}"
fi

exec "$python" "$here/install.py" "$@"
