"""YAML to a scheme: read as text with places (`yamlfile`), shaped (`model`, `shape`), compiled and checked (`load`).

Everything after this package sees `compiled.Scheme` alone.
"""
