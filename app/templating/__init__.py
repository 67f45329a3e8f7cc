"""Renders the texts below ``templates/``, in which nothing that people wrote can act."""
