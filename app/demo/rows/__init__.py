"""The scenes of ``./run demo --all``: each automation of the process, played. One file for each family of them."""
