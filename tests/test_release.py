"""What `make release` looks at before it says that a release is ready; the archives themselves: test_install.py."""

from __future__ import annotations

import zipfile

from tools import release


def root(folder, heading: str, version: str):
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n", encoding="utf-8")
    (folder / "CITATION.cff").write_text(f"cff-version: 1.2.0\nversion: {version}\nlicense: MIT\n", encoding="utf-8")
    return folder


def test_versions_of_the_texts_must_agree(tmp_path):
    assert release.wrong_in_texts("1.2.3", root(tmp_path, "## 1.2.3 (2026-01-02)", "1.2.3")) == []
    wrong = release.wrong_in_texts("1.2.4", root(tmp_path, "## Unreleased", "1.2.3"))
    assert len(wrong) == 2
    assert "## 1.2.4 (date)" in wrong[0]
    assert wrong[1].startswith("CITATION.cff")


def wheel(folder, *names: str):
    path = folder / "patronage-1.2.3-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as z:
        for name in names:
            z.writestr(name, "x")
    return path


def test_an_archive_holds_what_it_must_and_nothing_of_the_clones_own(tmp_path, monkeypatch):
    assert release.wrong_in_archive(wheel(tmp_path, *release.IN_A_WHEEL, "patronage/runs/run.py")) == []
    assert len(release.wrong_in_archive(wheel(tmp_path, *release.IN_A_WHEEL[1:]))) == 1
    stray = ("runs/a/report.html", "patronage/__pycache__/a.pyc", "shared/data/x.csv.gz", "web/node_modules/a.js")
    assert len(release.wrong_in_archive(wheel(tmp_path, *release.IN_A_WHEEL, *stray))) == len(stray)
    monkeypatch.setattr(release, "LARGEST", 10)
    assert "more than" in release.wrong_in_archive(wheel(tmp_path, *release.IN_A_WHEEL))[0]


def test_the_folder_holds_one_wheel_and_one_sdist_of_this_version(tmp_path, capsys):
    wheel(tmp_path)
    found, wrong = release.archives(tmp_path, "1.2.3")
    assert [f.name for f in found] == ["patronage-1.2.3-py3-none-any.whl"]
    assert len(wrong) == 1
    assert wrong[0].endswith("no patronage-1.2.3.tar.gz")
    assert len(release.archives(tmp_path, "1.2.4")[1]) == 3
    assert release.main(str(tmp_path)) == 1
    assert "is of another version" in capsys.readouterr().err
