package io.balsa.raft.testkit.world;

/** The process of a thread that was waiting for its disk is gone. */
final class ProcessGone extends RuntimeException {

    private static final long serialVersionUID = 1;

    ProcessGone() {
        super("the process is gone", null, false, false);
    }
}
