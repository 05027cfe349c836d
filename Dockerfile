# Builds any Django application that brings no Dockerfile of its own; unmodified, whatever its settings.
#
# The context is the application's source plus .pipeline/, which the pipeline adds:
#   .pipeline/deps/    the dependency files alone, where they lie in the source: their layer outlives changes of code
#   .pipeline/django/  ci/django/ of the pipeline
#
# Targets: `test` has the development dependencies and the application's own settings; `runtime`, the last, is deployed.
#
# The same sources make the same image, on any machine; only the libraries of packages that must be built are Debian's of the
# day. So whatever ends up in it is put together in a folder below /layer, where settle.py gives all files one time, and copied
# from there onto the root: that keeps the times of all folders, too.
# Dagger's engine reads, after each COPY, every file of the image so far. What changes with the code is mounted instead.
# Labels that say where the image comes from are added by the pipeline (ci/image/names.ts), to any application's image.

ARG PYTHON_IMAGE=python:3.13-slim
# The stage whose virtual environment is deployed. `dependencies` has the same where /layer/venv.new of `application` holds 0; it
# does not change with the code, and so is not copied and read again. The pipeline looks (ci/image/appContainers.ts).
ARG VENV=application


FROM ${PYTHON_IMAGE} AS account
# Without useradd, which notes the day in /etc/shadow.
RUN mkdir -p /layer/etc \
 && cp /etc/passwd /etc/group /layer/etc/ \
 && echo 'app:x:10001:' >> /layer/etc/group \
 && echo 'app:x:10001:10001::/tmp:/usr/sbin/nologin' >> /layer/etc/passwd \
 && install -d -o 10001 -g 10001 /layer/data /layer/data/media \
 && find /layer -exec touch -h -d @0 {} +


FROM ${PYTHON_IMAGE} AS base
# The folder of manage.py, relative to the source's root.
ARG APP_DIR=.
ENV VIRTUAL_ENV=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    # Packages lie beside manage.py or in src/ there; pipeline_django in /opt/pipeline.
    PYTHONPATH=/opt/pipeline:/app/${APP_DIR}:/app/${APP_DIR}/src \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
COPY --from=account /layer/ /


FROM base AS dependencies
ARG APP_DIR
COPY .pipeline/django/install/ /opt/install/
COPY .pipeline/deps/ /deps/
# Scripts of a virtual environment hold its path: by the link they get the one that it will have.
RUN --mount=type=bind,from=base,target=/base --mount=type=cache,target=/root/.cache \
    mkdir -p /layer/venv/opt/venv && ln -s /layer/venv/opt/venv /opt/venv \
 && HOME=/root ROOT=/deps /opt/install/install.sh dependencies runtime "/deps/$APP_DIR" \
 && python3 /opt/install/libraries.py /opt/venv /base /layer/venv \
 && python3 /opt/install/settle.py /layer/venv


FROM dependencies AS test
RUN --mount=type=cache,target=/root/.cache \
    HOME=/root ROOT=/deps /opt/install/install.sh dependencies test "/deps/$APP_DIR"
# Tests may write beside the code (SQLite files, uploads), and run as the user that the application will run as.
RUN --mount=type=bind,target=/context --mount=type=cache,target=/root/.cache \
    mkdir -p /app && cp -a /context/. /app/ && chown -R 10001:10001 /app \
 && HOME=/root ROOT=/app /opt/install/install.sh project test "/app/$APP_DIR" \
 && mkdir -p /opt/pipeline && mv /app/.pipeline/django/pipeline_django /opt/pipeline/ && rm -rf /app/.pipeline \
 && chown 10001:10001 /app
WORKDIR /app/${APP_DIR}
# Settings that take their key from the environment load in tests, too. The key is no secret, and this image is never pushed.
# hadolint ignore=DL3064
ENV DJANGO_SECRET_KEY=only-for-tests SECRET_KEY=only-for-tests
USER 10001:10001


FROM dependencies AS application
ARG SETTINGS_MODULE=
RUN --mount=type=bind,target=/context --mount=type=bind,from=base,target=/base --mount=type=cache,target=/root/.cache \
    mkdir -p /app && cp -a /context/. /app/ \
 && HOME=/root ROOT=/app /opt/install/install.sh project runtime "/app/$APP_DIR" \
 && python3 /opt/install/libraries.py /opt/venv /base /layer/venv \
 && mkdir -p /opt/pipeline /opt/static /layer/app/opt \
 && mv /app/.pipeline/django/pipeline_django /app/.pipeline/django/gunicorn.conf.py /opt/pipeline/ \
 && rm -rf /app/.pipeline
WORKDIR /app/${APP_DIR}
# The values exist in this command only: settings must load for the static files, and no database is touched.
RUN export PYTHONDONTWRITEBYTECODE=1 \
      APP_ROOT=/app APP_SETTINGS_MODULE="$SETTINGS_MODULE" DJANGO_SETTINGS_MODULE=pipeline_django.settings \
      DJANGO_STATIC_ROOT=/opt/static DJANGO_SQLITE_PATH=/tmp/build.sqlite3 \
      DJANGO_SECRET_KEY=only-for-collectstatic SECRET_KEY=only-for-collectstatic \
 && python -m pipeline_django.prepare \
 && mv /app /layer/app/ && mv /opt/pipeline /opt/static /layer/app/opt/ \
 && python3 /opt/install/settle.py /layer/venv /layer/venv.new && python3 /opt/install/settle.py /layer/app


FROM ${VENV} AS venv


FROM base AS runtime
# No RUN here: an engine that has certificates of its own lends them to every command, and their traces would be in the image.
COPY --from=venv /layer/venv/ /
COPY --from=application /layer/app/ /
ARG APP_DIR
ARG SETTINGS_MODULE=
WORKDIR /app/${APP_DIR}
ENV APP_ROOT=/app \
    APP_SETTINGS_MODULE=${SETTINGS_MODULE} \
    DJANGO_SETTINGS_MODULE=pipeline_django.settings \
    DJANGO_STATIC_ROOT=/opt/static \
    DJANGO_SQLITE_PATH=/data/db.sqlite3 \
    DJANGO_MEDIA_ROOT=/data/media
# By number, so that Kubernetes can tell that it is not root (runAsNonRoot).
USER 10001:10001
EXPOSE 8000
# For `docker run`; Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "pipeline_django.healthcheck"]
# Gunicorn's graceful stop.
STOPSIGNAL SIGTERM
CMD ["gunicorn", "--config", "/opt/pipeline/gunicorn.conf.py", "pipeline_django.wsgi:application"]
