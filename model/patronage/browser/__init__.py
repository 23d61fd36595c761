"""The page in the browser: the only room that imports solara. `patronage view` and `solara run` open it.

`launch` starts the server, `app` is the page, `workspace` what one session holds, `panels` put what `patronage.telling` says
and draws on the page.
"""
