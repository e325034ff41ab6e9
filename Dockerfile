FROM python:3.13-slim AS build
COPY . /source
RUN pip wheel --no-cache-dir --wheel-dir /wheels "/source[postgresql]"

FROM python:3.13-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels "provbank[postgresql]" \
    && rm -r /wheels \
    && useradd --create-home provbank \
    && mkdir /data && chown provbank /data
USER provbank
WORKDIR /data
ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1
EXPOSE 8080 8443
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/ready', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["provbank"]
CMD ["simulate", "--host", "0.0.0.0", "--data", "/data", "--log"]
