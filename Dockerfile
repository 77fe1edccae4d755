# The bot and its engine, without torch: docker build -t cardglass .
# The tools that keep its cards current, also without torch: docker build --target refresh -t cardglass-refresh .
FROM python:3.11-slim AS source
WORKDIR /source
# Only what the lock files list is installed. Build tools have an environment of their own.
COPY requirements/bot.lock requirements/build.lock requirements/sync.lock requirements/
RUN python -m venv /venv && python -m venv /build \
 && /build/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./

FROM source AS build
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/bot.lock
COPY engine engine
COPY bot bot
# The bot fetches new cards with it, in a process of its own.
COPY training training
# pip is not needed once everything is installed.
RUN /build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index /wheel/*.whl \
 && /venv/bin/pip uninstall --yes pip setuptools
# The bill of materials of what was installed; the libraries that write it stay out of the image.
RUN PYTHONPATH=/source:$(echo /build/lib/python3*/site-packages) \
    /venv/bin/python -m training sbom --lock requirements/bot.lock --out /venv/sbom.cdx.json

FROM source AS build-refresh
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements/sync.lock
COPY engine engine
COPY training training
RUN /build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index /wheel/*.whl \
 && /venv/bin/pip uninstall --yes pip setuptools
RUN PYTHONPATH=/source:$(echo /build/lib/python3*/site-packages) \
    /venv/bin/python -m training sbom --lock requirements/sync.lock --out /venv/sbom.cdx.json

FROM python:3.11-slim AS base
# A new volume mounted at one of these folders gets its owner.
RUN useradd --system --uid 10001 --no-create-home cardglass \
 && install --directory --owner=cardglass --mode=0700 /data \
 && install --directory --owner=cardglass --mode=0755 /cards
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER cardglass

FROM base AS refresh
COPY --from=build-refresh /venv /venv
VOLUME /cards
ENTRYPOINT ["python", "-m", "training"]

FROM base
COPY --from=build /venv /venv
# Loopback inside the container: only the health check can reach it.
ENV CARDGLASS_DATA=/data \
    CARDGLASS_HTTP=127.0.0.1:8080
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['CARDGLASS_HTTP'].split(':')[-1] + '/healthz', timeout=4)"]
# Without a shell, so that the bot itself receives the stop signal.
ENTRYPOINT ["python", "-m", "bot"]
