# One image for each part, by the packages it needs: `--build-arg PART=api` (API, relay, migrations; reads no language,
# carries no model) or `PART=worker` (all of that and the verifier's models).
# The base is pinned by the digest of its multi-architecture index.
FROM python:3.11.14-slim-bookworm@sha256:65a93d69fa75478d554f4ad27c85c1e69fa184956261b4301ebaf6dbb0a3543d AS base
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

FROM base AS build
ARG PART=worker
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_NO_INPUT=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv --without-pip /opt/secondsource
COPY requirements/build.txt requirements/${PART}.txt requirements/
RUN python -m pip install --require-hashes --only-binary :all: -r requirements/build.txt \
    && python -m pip --python /opt/secondsource install --no-deps --require-hashes --only-binary :all: -r requirements/${PART}.txt
COPY pyproject.toml README.md LICENSE ./
COPY secondsource secondsource
COPY verifier verifier
COPY store store
COPY api api
COPY worker worker
COPY cli cli
COPY seeds seeds
# The API reaches no model: its image is to be as light as what it does.
RUN if [ "$PART" = api ]; then rm -r verifier/models; fi
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /opt/secondsource install --no-deps --no-index /wheels/*.whl

FROM base AS final
LABEL org.opencontainers.image.title="Second Source" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 secondsource \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
       --shell /usr/sbin/nologin secondsource
COPY --from=build /opt/secondsource /opt/secondsource
ENV PATH=/opt/secondsource/bin:$PATH
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["secondsource"]
CMD ["--help"]
