"""Training side of MicroscopeStream's localization networks: simulate, train, export, evaluate."""
