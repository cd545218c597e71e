FROM python:3.11-slim-bookworm
# An own user: the data is closed to everybody else.
RUN useradd --create-home --uid 1000 elijah && mkdir /data && chown elijah /data && chmod 700 /data
WORKDIR /app
COPY requirements.txt pyproject.toml README.md ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt
COPY matcher matcher
COPY indexer indexer
COPY api api
COPY data data
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --editable .
# Compiled here, since the finished container may not be able to keep what it compiles.
RUN python -c "from matcher.names import load_kernel; load_kernel()"
USER elijah
ENV ELIJAH_HOME=/data
VOLUME /data
EXPOSE 8000
CMD ["elijah", "serve"]
