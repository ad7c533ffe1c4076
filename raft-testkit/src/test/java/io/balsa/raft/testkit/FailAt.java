package io.balsa.raft.testkit;

import io.balsa.raft.testkit.SimulatedDisk.Faults;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import io.balsa.raft.testkit.SimulatedDisk.PowerCut;
import java.io.IOException;
import java.util.OptionalDouble;

/** Counts the operations of a disk, and lets one of them fail or cut the power. */
final class FailAt implements Faults {

    private final OptionalDouble powerCut;
    private long operations;
    private long failAt = Long.MAX_VALUE;
    private String hitOperation = "";
    private String hitFile = "";

    private FailAt(OptionalDouble powerCut) {
        this.powerCut = powerCut;
    }

    static FailAt error() {
        return new FailAt(OptionalDouble.empty());
    }

    static FailAt powerCut(double carriedOut) {
        return new FailAt(OptionalDouble.of(carriedOut));
    }

    /** From now on, counted from 0. */
    FailAt after(long operation) {
        operations = 0;
        failAt = operation;
        hitOperation = "";
        hitFile = "";
        return this;
    }

    long operations() {
        return operations;
    }

    /** What failed, if anything did: operation and file. */
    String hit() {
        return hitOperation.isEmpty() ? "" : hitOperation + " " + hitFile;
    }

    String hitOperation() {
        return hitOperation;
    }

    String hitFile() {
        return hitFile;
    }

    @Override
    public void before(Operation operation, String file) throws IOException {
        if (operations++ == failAt) {
            hitOperation = operation.toString();
            hitFile = file;
            if (powerCut.isPresent()) {
                throw new PowerCut(powerCut.getAsDouble());
            }
            throw new IOException("Input/output error");
        }
    }
}
