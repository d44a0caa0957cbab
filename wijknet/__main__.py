"""`python -m wijknet` and the `wijknet` command."""

from wijknet.node.cli.main import main

if __name__ == "__main__":
    main()
