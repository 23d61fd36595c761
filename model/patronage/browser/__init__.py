"""The page in the browser: the only room that imports solara. `patronage view` and `solara run` open it.

`launch` starts the server, `app` is the page, `desk` what one session holds, `story` what can be read off its model;
`charts` turn readings into drawings (no browser needed), `panels` put them on the page.
"""
