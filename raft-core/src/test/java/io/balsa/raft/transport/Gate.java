package io.balsa.raft.transport;

import io.balsa.raft.cluster.NodeId;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** Holds up the delivery of a local network, by a receiver that does not return before the gate is opened. */
final class Gate {

    private final CountDownLatch shut = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** A gate that is shut: nothing more is delivered. */
    Gate(LocalNetwork network) {
        new LocalServerProbe(network, "gate", 1) {
            @Override
            public void onFrame(NodeId from, int group, ByteBuffer payload) {
                shut.countDown();
                awaitUninterruptibly(opened);
            }
        };
        new LocalServerProbe(network, "gate", 2).send(1, "shut");
        awaitUninterruptibly(shut);
    }

    void open() {
        opened.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
    }
}
