"""Whatever comes in, a page that helps goes out: never a 5xx, never a traceback, never a leak."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        "g", "thursday-hub", "saturday-art", "money", "votes", "bills", "bank", "join", "in", "me",
        "start", "centre", "demand", "demo", "..", "%00", "%ff", "%2e%2e", "0", "-1", "9" * 40, "é",
        "🙂", "a" * 300, "statement", "round", "letters", "<script>", "'",
        "0" * 8 + "-0000-0000-0000-" + "0" * 12,
    ]
)  # fmt: skip
QUERIES = st.dictionaries(
    st.sampled_from(
        ["month", "kind", "before", "since", "until", "next", "by", "from", "to", "q", "v"]
    ),
    st.one_of(
        st.text(max_size=20), st.integers().map(str), st.just("9" * 400), st.just("2026-02-30")
    ),
    max_size=4,
)
METHODS = st.sampled_from(
    ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW"]
)
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(
    path=st.lists(PIECES, max_size=5).map(lambda pieces: "/" + "/".join(pieces)),
    query=QUERIES,
    method=METHODS,
    body=st.binary(max_size=200),
)
def test_no_junk_breaks_it(story, path, query, method, body):
    client = story.browser("ana").client
    answer = client.open(path, method=method, query_string=query, data=body)
    assert answer.status_code < 500, (method, path, query)
    assert b"Traceback" not in answer.data


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "club=\xff\xfe; form=%00"},
        {"Cookie": "club=" + "x" * 5000},
        {"HX-Request": "true", "HX-Target": "../../etc/passwd"},
        {"HX-Request": "true", "HX-Current-URL": "javascript:alert(1)"},
        {"Accept-Encoding": "gzip;q=nonsense, \x00"},
        {"Accept-Language": "x" * 3000},
        {"Content-Type": "multipart/form-data; boundary="},
        {"Content-Type": "application/json"},
        {"X-Forwarded-For": "1.2.3.4, nonsense", "X-Forwarded-Proto": "gopher"},
    ],
)
def test_no_header_breaks_it(story, headers):
    client = story.browser("tom").client
    for method, path in (("GET", "/g/thursday-hub"), ("POST", "/me/details"), ("GET", "/in")):
        assert client.open(path, method=method, headers=headers).status_code < 500


def test_another_host_is_refused(story):
    answer = story.browser().client.get("/in", base_url="http://evil.example.org")
    assert answer.status_code == 400
    assert b"href" not in answer.data


@pytest.mark.parametrize(
    "url", ["//evil.example.org", "https://evil.example.org", "/\\evil", "javascript:x"]
)
def test_nobody_is_sent_elsewhere(story, url):
    page = story.browser().client.get("/in", query_string={"next": url})
    assert b"evil" not in page.data
    assert "javascript:x" not in page.get_data(as_text=True)


def test_every_page_says_what_browsers_may_do_with_it(story):
    headers = story.browser("tom").client.get("/g/thursday-hub").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def test_a_body_that_is_too_big_is_refused_at_once(story):
    answer = story.browser("ana").client.post("/g/thursday-hub/bank/files", data=b"x" * 7_000_000)
    assert answer.status_code == 413
