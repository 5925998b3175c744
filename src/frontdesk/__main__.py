"""`python -m frontdesk`, and the `frontdesk` command itself."""

import gc


def run() -> None:
    """Load the commands and run one. The collector waits meanwhile: of what is loaded nothing is garbage, and looking at it
    again and again takes a third of the time.
    """
    gc.disable()
    from frontdesk.cli import main

    gc.freeze()
    gc.enable()
    main()


if __name__ == "__main__":
    run()
