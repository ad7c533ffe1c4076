package io.balsa.raft.runtime;

import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.AppendEntriesRejected;
import io.balsa.raft.message.ForwardedProposal;
import io.balsa.raft.message.ForwardedResult;
import io.balsa.raft.message.HashAnswer;
import io.balsa.raft.message.InstallSnapshot;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;

/** Puts messages into frames and frames onto the transport. Safe for use by several threads, as the transport is. */
final class Sender {

    /** A node runs one Raft group; the number stands in every frame so that it can become many. */
    static final int GROUP = 0;

    private final Transport transport;
    private final Probe probe;

    Sender(Transport transport, Probe probe) {
        this.transport = transport;
        this.probe = probe;
    }

    void send(Message message) {
        probe.onSend(message);
        transport.send(message.to(), new Frame(GROUP, laneOf(message), MessageCodec.encode(message)));
    }

    /** Does not wait for more to send. */
    void sendNow(Message message) {
        send(message);
        flush();
    }

    void flush() {
        transport.flush();
    }

    private static Lane laneOf(Message message) {
        if (message instanceof InstallSnapshot || message instanceof HashAnswer) {
            return Lane.BULK;
        }
        boolean aboutEntries = message instanceof AppendEntries
                || message instanceof AppendEntriesAccepted
                || message instanceof AppendEntriesRejected
                || message instanceof ForwardedProposal
                || message instanceof ForwardedResult;
        return aboutEntries ? Lane.ENTRIES : Lane.URGENT;
    }
}
