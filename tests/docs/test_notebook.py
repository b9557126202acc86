"""Pages as notebooks, and the check of links: what they find, and that they find what is wrong."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

from extensions.notebook import notebook_of  # noqa: E402

PAGE = """\
# A page

See [another](other.md#part) and {source}`minigrad/engine/node.py:Node`.

```python
>>> import helper
>>> helper.twice(2)
4
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero

```

```text
not code
```

:::{dropdown} Why?
Because.
:::

```{draw} y
:hide:
:direction: LR
>>> import minigrad as mg
>>> y = mg.ones(2, requires_grad=True) * 2

```

```{toctree}
other
```
"""


@pytest.fixture
def page(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "helper.py").write_text("def twice(x):\n    return 2 * x\n")
    file = tmp_path / "page.md"
    file.write_text(PAGE)
    return file


def test_a_page_becomes_cells(page):
    cells = notebook_of(page)["cells"]
    assert [each["cell_type"] for each in cells] == ["markdown", "code", "markdown", "code", "code", "markdown", "code"]
    assert cells[1]["source"] == "%%writefile helper.py\ndef twice(x):\n    return 2 * x\n"
    assert cells[2]["source"] == "# A page\n\nSee another and `minigrad/engine/node.py:Node`."
    assert cells[3]["source"] == "import helper\nhelper.twice(2)"
    assert cells[3]["outputs"][0]["text"] == "4\n"
    assert cells[4]["metadata"]["tags"] == ["raises-exception"]
    assert "```text\nnot code\n```" in cells[5]["source"]
    assert "<summary>Why?</summary>\n\nBecause." in cells[5]["source"]
    assert cells[6]["source"].endswith("requires_grad=True) * 2\nviz.draw(y, direction='LR')")


def test_it_runs_and_says_where_it_does_not(page, tmp_path):
    runner = importlib.import_module("run_notebooks")
    notebook = notebook_of(page)
    file = tmp_path / "page.ipynb"
    file.write_text(json.dumps(notebook))
    assert runner.run(file) == []
    assert "helper" not in sys.modules
    notebook["cells"][3]["outputs"][0]["text"] = "5\n"
    notebook["cells"][4]["source"] = "1 / 1"
    file.write_text(json.dumps(notebook))
    wrong, calm = runner.run(file)
    assert "expected '5\\n'\nanswered '4\\n'" in wrong
    assert "ran without an error" in calm


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    checker = importlib.import_module("check_links")
    (tmp_path / "a.html").write_text('<p id="here"><a href="b.html#there">b</a> <a href="#here">a</a></p>')
    (tmp_path / "b.html").write_text('<img src="picture.png"><script src="https://example.com/x.js"></script>')
    assert checker.problems(tmp_path) == [
        "a.html leads to b.html#there, where no element has this name",
        "b.html loads https://example.com/x.js",
        "b.html leads to picture.png, which is not there",
    ]
