"""The desktop window. Reads view-models; the only package that knows Qt."""
