package io.balsa.raft.testkit.plan;

/**
 * How fast things follow one another in a run.
 *
 * @param chaosNanos how long faults strike
 * @param strikeNanos the mean time from one strike to the next
 * @param clients how many clients there are
 * @param clientPauseNanos the mean time from an answer that a client gets to its next question
 * @param quietTail whether the clients do nothing in the last third of the chaos: some traps are undone by any write
 * @param sessionPercent of a hundred commands, how many are proposed in a session
 * @param stability whether a while of peace follows in which nobody may lose the lead
 */
public record Tempo(
        long chaosNanos,
        long strikeNanos,
        int clients,
        long clientPauseNanos,
        int sessionPercent,
        boolean quietTail,
        boolean stability) {

    /** The same with another share of commands that are proposed in sessions. */
    public Tempo withSessions(int percent) {
        return new Tempo(chaosNanos, strikeNanos, clients, clientPauseNanos, percent, quietTail, stability);
    }
}
