package io.balsa.raft.transport;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import java.nio.ByteBuffer;
import java.util.Collection;

/**
 * Carries frames between servers: one way, best effort. Raft sends again what matters, so a transport never does.
 *
 * <p><b>Threads.</b> {@link #bind}, {@link #start}, {@link #members} and {@link #close} are called by one thread at a time.
 * {@link #send} and {@link #flush} are called by several threads at once, and must return at once: what there is no room
 * for is dropped and counted.
 */
public interface Transport extends AutoCloseable {

    /**
     * Takes the address that this server is reached at, and answers nobody yet. Called first, before the storage is
     * touched, so that a server whose address is taken leaves no trace. Does nothing if there is no address to take.
     *
     * @throws TransportException in one sentence that an operator understands, if the address is taken or not ours;
     *     nothing is left open then
     */
    default void bind() {}

    /**
     * Begins to receive. Called after {@link #bind}; returns when peers can reach this server.
     *
     * @param self who we are; peers that are not of the same cluster are turned away
     * @param receiver gets what arrives, from now until {@link #close} returns
     * @throws TransportException in one sentence that an operator understands, if that is not possible; nothing is left
     *     running then
     */
    void start(NodeIdentity self, Receiver receiver);

    /**
     * Tells who can be sent to from now on, and where each is. Called after {@link #start}, and again whenever the
     * membership changes: links to those who are no longer named end, a changed address is used from the next connection
     * on.
     *
     * @param peers everybody but this server
     */
    void members(Collection<Member> peers);

    /**
     * Puts a frame in the queue for a peer, or drops it if there is no room, no link or no such peer. Never blocks, never
     * throws. The frame may wait until {@link #flush}.
     */
    void send(NodeId to, Frame frame);

    /** Sees to it that everything put in a queue so far is on its way: called once after a batch of {@link #send}s. */
    void flush();

    /** Stops sending and receiving. Idempotent, bounded in time; afterwards no thread of the transport is left. */
    @Override
    void close();

    /**
     * Who takes what arrives. Called by any thread of the transport, several at once for different peers, one at a time
     * and in order for one peer and lane. Never throws, never blocks.
     */
    interface Receiver {

        /**
         * A frame has arrived.
         *
         * @param from who sent it, as far as the transport could check
         * @param group the {@link Frame#group} it was sent with
         * @param payload the bytes of all its parts, from position to limit; they belong to the receiver now
         */
        void onFrame(NodeId from, int group, ByteBuffer payload);

        /** The link to a peer has ended or could not be made; what was sent lately is probably lost. */
        void onUnreachable(NodeId peer);
    }
}
