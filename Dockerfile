# Builds any Django application that brings no Dockerfile of its own; unmodified, whatever its settings.
#
# The context is the application's source plus .pipeline/, which the pipeline adds:
#   .pipeline/deps/    the dependency files alone, where they lie in the source: their layer outlives changes of code
#   .pipeline/django/  ci/django/ of the pipeline
#
# Targets: `test` has the development dependencies and the application's own settings; `runtime`, the last, is deployed.

ARG PYTHON_IMAGE=python:3.13-slim


FROM ${PYTHON_IMAGE} AS base
# The folder of manage.py, relative to the source's root.
ARG APP_DIR=.
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    # Packages lie beside manage.py or in src/ there; pipeline_django in /opt/pipeline.
    PYTHONPATH=/opt/pipeline:/app/${APP_DIR}:/app/${APP_DIR}/src \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
# By number, so that Kubernetes can tell that it is not root (runAsNonRoot).
RUN groupadd --gid 10001 app \
 && useradd --uid 10001 --gid app --home-dir /tmp --no-create-home --shell /usr/sbin/nologin app \
 && install -d -o app -g app /data /data/media \
 && install -d /app /opt/static


FROM base AS dependencies
ARG APP_DIR
COPY .pipeline/django/install/ /opt/install/
COPY .pipeline/deps/ /deps/
RUN --mount=type=cache,target=/root/.cache \
    HOME=/root ROOT=/deps /opt/install/install.sh dependencies runtime "/deps/$APP_DIR"


FROM dependencies AS test
RUN --mount=type=cache,target=/root/.cache \
    HOME=/root ROOT=/deps /opt/install/install.sh dependencies test "/deps/$APP_DIR"
# Tests may write beside the code (SQLite files, uploads), and run as the user that the application will run as.
COPY --chown=10001:10001 . /app/
RUN --mount=type=cache,target=/root/.cache \
    HOME=/root ROOT=/app /opt/install/install.sh project test "/app/$APP_DIR" \
 && mkdir -p /opt/pipeline && mv /app/.pipeline/django/pipeline_django /opt/pipeline/ && rm -rf /app/.pipeline \
 && chown 10001:10001 /app
WORKDIR /app/${APP_DIR}
# Settings that take their key from the environment load in tests, too. This image is never pushed.
ENV DJANGO_SECRET_KEY=only-for-tests SECRET_KEY=only-for-tests
USER 10001:10001


FROM dependencies AS application
ARG SETTINGS_MODULE=
# uv could compile while it installs; but its bytecode depends on time stamps, which a copy between stages may change.
RUN python -m compileall -qq -j 0 --invalidation-mode unchecked-hash /opt/venv/lib || true
COPY . /app/
RUN --mount=type=cache,target=/root/.cache \
    HOME=/root ROOT=/app /opt/install/install.sh project runtime "/app/$APP_DIR" \
 && cd /app/.pipeline/django && mkdir -p /opt/pipeline && mv pipeline_django gunicorn.conf.py /opt/pipeline/ \
 && rm -rf /app/.pipeline
WORKDIR /app/${APP_DIR}
# The values exist in this command only: settings must load for the static files, and no database is touched.
RUN export PYTHONDONTWRITEBYTECODE=1 \
      APP_ROOT=/app APP_SETTINGS_MODULE="$SETTINGS_MODULE" DJANGO_SETTINGS_MODULE=pipeline_django.settings \
      DJANGO_STATIC_ROOT=/opt/static DJANGO_SQLITE_PATH=/tmp/build.sqlite3 DATABASE_URL=sqlite:////tmp/build.sqlite3 \
      DJANGO_SECRET_KEY=only-for-collectstatic SECRET_KEY=only-for-collectstatic \
 && python -m pipeline_django.prepare
# A file that does not compile, such as a template of a module, is no reason to stop.
RUN python -m compileall -qq -j 0 --invalidation-mode unchecked-hash /app /opt/pipeline || true


FROM base AS runtime
ARG APP_DIR
ARG SETTINGS_MODULE=
COPY --from=application /opt/venv /opt/venv
COPY --from=application /opt/pipeline /opt/pipeline
COPY --from=application /opt/static /opt/static
COPY --from=application /app /app
WORKDIR /app/${APP_DIR}
ENV APP_ROOT=/app \
    APP_SETTINGS_MODULE=${SETTINGS_MODULE} \
    DJANGO_SETTINGS_MODULE=pipeline_django.settings \
    DJANGO_STATIC_ROOT=/opt/static \
    DJANGO_SQLITE_PATH=/data/db.sqlite3 \
    DJANGO_MEDIA_ROOT=/data/media
USER 10001:10001
EXPOSE 8000
# SIGTERM, which Kubernetes sends, is gunicorn's graceful stop.
CMD ["gunicorn", "--config", "/opt/pipeline/gunicorn.conf.py", "pipeline_django.wsgi:application"]

# Last, so that a new commit alone rebuilds nothing.
ARG COMMIT=
ARG VERSION=
ARG SOURCE_URL=
LABEL org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE_URL}"
