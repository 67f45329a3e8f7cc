# The bot alone. Rules and templates can be mounted over /config; the database lives in /data.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
COPY requirements.lock /build/
RUN python3 -m venv --without-pip /opt/venv \
 && python3 -m pip --python /opt/venv/bin/python3 install --no-cache-dir --disable-pip-version-check --no-compile \
      --require-hashes --only-binary :all: -r /build/requirements.lock

FROM ${PYTHON_IMAGE}
ENV PYTHONPATH=/srv/sowbot PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 \
    SOWBOT_HOST=0.0.0.0 SOWBOT_PORT=8000 SOWBOT_DATA_DIR=/data \
    SOWBOT_RULES=/config/label_rules.yaml SOWBOT_TEMPLATES=/config/templates
COPY --from=build /opt/venv /opt/venv
COPY app /srv/sowbot/app
COPY handlers /srv/sowbot/handlers
COPY label_rules.yaml /config/label_rules.yaml
COPY templates /config/templates
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
WORKDIR /srv/sowbot
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
  CMD ["/opt/venv/bin/python3", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"SOWBOT_PORT\"]}/healthz', timeout=2)"]
CMD ["/opt/venv/bin/python3", "-m", "app.serve"]
