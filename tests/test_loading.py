"""Threads of the page that load reports at once, which used to fail each other; in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys

AT_ONCE = """
import sys, threading, time

loading = threading.Event()

class Slow:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "patronage.reports.folders":  # the package is half made: a part of it is looked for
            loading.set()
            time.sleep(0.5)

sys.meta_path.insert(0, Slow)
from patronage.browser.answering import AnswerJob
from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.telling.explaining import explained

assert "patronage.reports" not in sys.modules, "nothing is left to be loaded"
setup = Setup("two-patrons")
model = PageModel(setup)
model.step()
job = AnswerJob(setup.load(), 1, lambda: None)
job.start()
assert loading.wait(60)
print(explained(model.story, None, 1, "legitimacy(KGZ)", year=True).title)
job.wait()
print(job.failed or f"{job.found.runs} runs")
"""


def test_a_number_is_explained_while_many_runs_are_asked():
    done = subprocess.run([sys.executable, "-c", AT_ONCE], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Legitimacy of the regime of Kyrgyzstan"
    assert "runs" in done.stdout.splitlines()[1]
