package io.balsa.raft.testkit;

import java.io.IOException;

/**
 * The power that disks hang on. Counts their operations, and fails at one that was chosen before: that operation and all
 * after it are not carried out. Not safe for use by several threads at once.
 */
public final class Power {

    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private long outages;

    /** Power that is on. */
    public Power() {}

    /** Operations carried out since the power was last switched on. */
    public long operations() {
        return operations;
    }

    /** Lets the power fail at this operation, counted from 1 since the power was last switched on. */
    public void cutAt(long operation) {
        cutAt = operation;
    }

    /** Whether the power has failed. */
    public boolean isOff() {
        return operations >= cutAt;
    }

    /** Switches the power on again. Files that were open are not any more. */
    public void switchOn() {
        outages++;
        operations = 0;
        cutAt = Long.MAX_VALUE;
    }

    long outages() {
        return outages;
    }

    void use() throws IOException {
        if (!isOff()) {
            operations++;
        }
        if (isOff()) {
            throw new IOException("the power is off");
        }
    }
}
