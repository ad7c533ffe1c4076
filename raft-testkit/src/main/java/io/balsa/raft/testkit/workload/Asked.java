package io.balsa.raft.testkit.workload;

/**
 * A command that a client wants to be carried out, from its first proposal until it knows what became of it.
 *
 * @param client which
 * @param key of the register
 * @param value that is there afterwards, if the command does what it is for
 * @param command the bytes
 * @param begun what it sees must not be older than this index
 * @param history its number in the history
 */
record Asked(
        int client,
        String key,
        String value,
        @SuppressWarnings("ArrayRecordComponent") byte[] command, // nobody compares these records
        long begun,
        long history) {

    /** Whether it is a compare-and-set. */
    boolean isCas() {
        return command[0] == 'c';
    }
}
