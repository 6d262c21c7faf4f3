"""The service of docs/operations.md goes on serving while parts of it die, freeze or are restarted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from tests.production.site import HOST, children

PATHS = ("/", "/toimintamallit/?q=palveluohjaus", "/tilastot/", "/toimintamallit/?q=lapset&sort=newest", "/kirjaudu/")
STATIC = re.compile(r'href="(/static/css/tokens\.[0-9a-f]{12}\.css)"')


def failed(answers):
    """Return what readers met that is no page."""
    return [(path, one) for path, one in answers if isinstance(one, OSError) or one.status != 200]


def wait_until(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.2)


def all_at_once(site, paths):
    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(site.get, paths))


def assert_says_that_the_database_is_away(answer):
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10"), answer.text[:500]
    assert "Palvelu on hetken poissa käytöstä" in answer.text
    assert answer.seconds < 10


def test_worker_that_is_killed_is_replaced_and_no_reader_notices(site):
    port = site.ports[0]
    main, before = site.main(port), children(site.main(port))
    assert len(before) == 2
    with site.readers(PATHS) as answers:
        time.sleep(1)
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(children(main)) == 2 and before[0] not in children(main))
        time.sleep(5)
    assert site.main(port) == main
    assert before[1] in children(main)
    assert len(answers) > 5
    assert failed(answers) == []


def test_restarting_one_instance_after_the_other_fails_no_request(site):
    mains = [site.main(port) for port in site.ports]
    workers = [child for main in mains for child in children(main)]
    with site.readers(PATHS) as answers:
        time.sleep(1)
        site.restart_one_after_the_other()
        time.sleep(1)
    assert {site.main(port) for port in site.ports}.isdisjoint(mains)
    assert {child for port in site.ports for child in children(site.main(port))}.isdisjoint(workers)
    assert len(answers) > 20
    assert failed(answers) == []


def test_frozen_database_is_told_within_ten_seconds_and_static_files_go_on(site):
    style = STATIC.search(site.get("/").text)[1]
    with site.frozen_database():
        with ThreadPoolExecutor(30) as pool:
            waiting = [pool.submit(site.get, PATHS[turn % len(PATHS)]) for turn in range(30)]
            time.sleep(1)
            assert site.get(style).seconds < 1
            for one in waiting:
                assert_says_that_the_database_is_away(one.result())
        # The process knows by now: the next reader need not wait, and the application's threads have time for files.
        assert site.get(style, port=site.ports[0], headers={"X-Forwarded-Proto": "https"}).seconds < 2
        assert site.get("/health/live", port=site.ports[0]).status == 200
        assert site.get("/health/ready", port=site.ports[0]).status == 503
    wait_until(lambda: site.get("/").status == 200, seconds=20)
    assert failed((path, site.get(path)) for path in PATHS) == []


def test_database_that_freezes_while_pages_are_read_is_told_within_ten_seconds(site):
    with site.readers(PATHS, number=12) as answers:
        time.sleep(2)
        with site.frozen_database():
            time.sleep(9)
        wait_until(lambda: site.get("/").status == 200, seconds=20)
    told = failed(answers)
    assert told
    for _path, answer in told:
        assert_says_that_the_database_is_away(answer)


def test_table_that_somebody_locks_for_long_is_no_frozen_database(site):
    lock = "BEGIN; LOCK TABLE wagtailcore_page IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(9)"
    locked = subprocess.Popen(["psql", "--quiet", "--command", lock, site.database_url], stdout=subprocess.DEVNULL)
    try:
        time.sleep(1)
        assert_says_that_the_database_is_away(site.get("/"))
        assert all(site.is_ready(port) for port in site.ports)
    finally:
        locked.wait()
    assert site.get("/").status == 200


def test_dead_database_is_told_at_once_and_the_service_comes_back_with_it(site):
    with site.dead_database():
        for answer in all_at_once(site, PATHS):
            assert_says_that_the_database_is_away(answer)
            assert answer.seconds < 5
    wait_until(lambda: site.get("/").status == 200, seconds=20)


def test_worker_that_starts_while_the_database_is_away_says_so_and_serves_when_it_is_back(site):
    port = site.ports[0]
    main, worker = site.main(port), children(site.main(port))[0]
    with site.dead_database():
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: len(children(main)) == 2 and worker not in children(main))
        time.sleep(3)
        assert_says_that_the_database_is_away(site.get("/", port=port, headers={"X-Forwarded-Proto": "https"}))
        assert site.get("/health/ready", port=port).status == 503
    wait_until(lambda: site.is_ready(port))


def test_commands_wait_for_the_database_longer_than_requests(site):
    with ThreadPoolExecutor(1) as pool, site.frozen_database():
        running = pool.submit(site.manage, "check_search")
        time.sleep(12)
        assert not running.done()
    running.result()


def log_in(site, name, password):
    """Send the form of the login as a browser does."""
    form = site.get("/kirjaudu/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)[1]
    cookie = form.headers["Set-Cookie"].partition(";")[0]
    return site.get(
        "/kirjaudu/",
        method="POST",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "Referer": f"https://{HOST}/kirjaudu/",
        },
        body=urlencode({"csrfmiddlewaretoken": token, "username": name, "password": password}),
    )


def test_wrong_logins_at_once_fail_no_reader(site):
    with site.readers(PATHS[:2], number=2) as answers, ThreadPoolExecutor(12) as pool:
        tried = list(pool.map(lambda number: log_in(site, f"nobody-{number}", "wrong"), range(12)))
    assert {one.status for one in tried} <= {200, 429}
    assert failed(answers) == []
