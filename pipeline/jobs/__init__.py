"""Carry out a command over many documents: render, build, check, verify again; on this machine or a cluster."""
