"""The engine: a graph of what was computed, and derivatives of any order by walking it. It knows no operation.

Read `node` (what is recorded), `primitive` (what an operation is), `record` (what a call of one does) and `backward`
(how the record is used). The rest is beside them: forward mode, functions of one's own, the switch of recording, what
is saved, and those who look on.
"""
