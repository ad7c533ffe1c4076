package io.balsa.raft.runtime;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.MessageCodec;
import io.balsa.raft.transport.Frame;
import io.balsa.raft.transport.Lane;
import io.balsa.raft.transport.Transport;
import io.balsa.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what is sent, lets a test say what is received, and fails when it is told to. */
final class TracedTransport implements Transport {

    private final List<String> trace;
    private final List<Message> sent = new ArrayList<>();
    private final Map<Class<?>, Set<Lane>> lanes = new HashMap<>();
    private String failing = "";
    private @Nullable Receiver receiver;

    TracedTransport(List<String> trace) {
        this.trace = trace;
    }

    /** What begins so in the trace fails from now on. */
    void fail(String operation) {
        failing = operation;
    }

    private void enter(String operation) {
        trace.add(operation);
        if (!failing.isEmpty() && operation.startsWith(failing)) {
            throw new TransportException("the net is torn");
        }
    }

    /** What was sent since this was last asked. */
    List<Message> takeSent() {
        List<Message> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The lanes that messages of a kind were ever sent in. */
    Set<Lane> lanesOf(Class<? extends Message> type) {
        return lanes.getOrDefault(type, Set.of());
    }

    Receiver receiver() {
        Receiver started = receiver;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    void receive(Message message) {
        receive(message.from(), Sender.GROUP, new Frame(0, Lane.URGENT, MessageCodec.encode(message)).joined());
    }

    void receive(NodeId from, int group, ByteBuffer payload) {
        receiver().onFrame(from, group, payload);
    }

    @Override
    public void bind() {
        enter("bind");
    }

    @Override
    public void start(NodeIdentity self, Receiver receiver) {
        enter("start");
        this.receiver = receiver;
    }

    @Override
    public void members(Collection<Member> peers) {
        enter("members " + peers.stream().map(peer -> peer.id().value()).toList());
    }

    @Override
    public void send(NodeId to, Frame frame) {
        Message message = MessageCodec.decode(frame.joined());
        enter("send " + message.getClass().getSimpleName() + " to " + to.value());
        sent.add(message);
        lanes.computeIfAbsent(message.getClass(), type -> EnumSet.noneOf(Lane.class))
                .add(frame.lane());
    }

    @Override
    public void flush() {
        trace.add("flush");
    }

    @Override
    public void close() {
        trace.add("transport closed");
    }
}
