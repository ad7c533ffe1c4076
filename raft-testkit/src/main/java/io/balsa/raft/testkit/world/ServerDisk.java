package io.balsa.raft.testkit.world;

import io.balsa.raft.testkit.Draws;
import io.balsa.raft.testkit.SimulatedDisk;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import java.io.IOException;

/** The troubles of a server's disk: what is armed happens once, to the next operation it fits. */
final class ServerDisk implements SimulatedDisk.Faults {

    private final Draws draws;
    private boolean syncFails;
    private int operationsToError; // 0: none is going to fail
    private int operationsToCut; // 0: the power stays
    private boolean cutsInHardState;
    private boolean cutsInLog;
    private boolean cutsAfterHardState;
    private boolean wroteHardState;
    private boolean betweenWrites;
    private boolean powerless;
    private boolean hit;
    private boolean syncHasFailed;

    ServerDisk(Draws draws) {
        this.draws = draws;
    }

    /** The next sync fails. */
    void failSync() {
        syncFails = true;
    }

    /** The operation after so many fails. */
    void failAfter(int operations) {
        operationsToError = operations;
    }

    /** The power goes at the operation after so many. */
    void cutPowerAfter(int operations) {
        operationsToCut = operations;
    }

    /** Whether the power went, so that the machine is about to crash. */
    boolean isPowerless() {
        return powerless;
    }

    /** The power goes when term and vote are written and what belongs to them is not. */
    void cutPowerAfterHardState() {
        cutsAfterHardState = true;
    }

    /** The power goes while term and vote are being written. */
    void cutPowerInHardState() {
        cutsInHardState = true;
    }

    /** The power goes while entries are being written. */
    void cutPowerInLog() {
        cutsInLog = true;
    }

    /** Nothing is going to happen to it; what has happened stays. */
    void calm() {
        syncFails = false;
        operationsToError = 0;
        operationsToCut = 0;
        cutsInHardState = false;
        cutsInLog = false;
        cutsAfterHardState = false;
    }

    /** The process is another. */
    void restarted() {
        hit = false;
        syncHasFailed = false;
        powerless = false;
        betweenWrites = false;
        wroteHardState = false;
    }

    /** What was written since the last time this was called belonged together. */
    void onSynced() {
        wroteHardState = false;
    }

    /** Whether the process has met a trouble in this life, so that its node may stop. */
    boolean hasHit() {
        return hit;
    }

    /** Whether the power went after term and vote were written, and before the entries that came with them. */
    boolean wentBetweenWrites() {
        return betweenWrites;
    }

    /** Whether a sync of this process has failed. */
    boolean hasFailedSync() {
        return syncHasFailed;
    }

    @Override
    public void before(Operation operation, String file) throws IOException {
        if ((operationsToCut > 0 && --operationsToCut == 0) || cutsAtWrite(operation, file)) {
            powerless = true;
            betweenWrites = wroteHardState && isOfLog(file);
            throw new SimulatedDisk.PowerCut(draws.nextDouble());
        }
        boolean sync = operation == Operation.FORCE || operation == Operation.SYNC_DIRECTORY;
        if (sync && syncFails) {
            syncFails = false;
            syncHasFailed = true;
            fail("Input/output error while syncing " + file);
        }
        if (operationsToError > 0 && --operationsToError == 0) {
            fail("Input/output error, " + operation + " " + file);
        }
    }

    private boolean cutsAtWrite(Operation operation, String file) {
        boolean in = operation == Operation.WRITE && (isOfLog(file) ? cutsInLog : cutsInHardState);
        cutsInHardState &= !in;
        cutsInLog &= !in;
        boolean after = cutsAfterHardState && wroteHardState && isOfLog(file) && operation == Operation.WRITE;
        wroteHardState = (operation == Operation.WRITE && !after) ? !isOfLog(file) : wroteHardState;
        cutsAfterHardState &= !after;
        return in || after;
    }

    private static boolean isOfLog(String file) {
        return file.startsWith("log-");
    }

    /** Now and then not all at once. */
    @Override
    public int atMost(Operation operation, String file, int bytes) {
        return bytes > 1 && draws.chance(0.02) ? 1 + draws.nextInt(bytes) : bytes;
    }

    private void fail(String message) throws IOException {
        hit = true;
        throw new IOException(message);
    }
}
