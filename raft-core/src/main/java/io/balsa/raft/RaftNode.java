package io.balsa.raft;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.NodeIdentity;
import io.balsa.raft.runtime.NodeParts;
import io.balsa.raft.runtime.NodeRuntime;
import io.balsa.raft.runtime.Seams;
import io.balsa.raft.storage.Storage;
import io.balsa.raft.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server of a Raft cluster, as an application uses it.
 *
 * <p><b>Threads.</b> All methods may be called by any thread at any time and none of them blocks, save {@link #start} and
 * {@link #close}. Futures complete on the node's apply thread, or on the executor given to the builder: what hangs on them
 * must not block that thread.
 *
 * <p><b>Errors.</b> Wrong arguments throw at once. Whatever else goes wrong with a request completes its future with a
 * {@link RaftException}, whose {@link RaftException#outcome} says whether the request may have taken effect.
 */
public interface RaftNode extends AutoCloseable {

    /**
     * Recovers what the storage remembers, starts to listen, and joins the cluster. Returns when that is done, without
     * waiting for a leader.
     *
     * @throws io.balsa.raft.storage.StorageException if the storage cannot be opened
     * @throws io.balsa.raft.transport.TransportException if the transport cannot listen
     * @throws IllegalStateException if the node was started before
     */
    void start();

    /**
     * Proposes a command. The future completes when the command is committed and applied on this node.
     *
     * <p>Only a leader can append it. A follower refuses it and names the leader; or, with
     * {@link RaftConfig#forwardProposals}, passes it on to the leader, if it knows one. It does so once, and nobody ever
     * repeats it: the command is appended once at most. A leader that refuses it is named as above, with the reason; if the
     * leader is lost, or its answer does not come within two election timeouts, the outcome is unknown. The result is then
     * the one that the leader's state machine returned.
     *
     * @param command the array belongs to the node from now on
     * @return what was applied; or a {@link NotLeaderException}, {@link ProposalRefusedException},
     *     {@link OutcomeUnknownException}, {@link StateDivergedException} or {@link NodeStoppedException}. There is no timeout in it; a leader that cannot
     *     reach a majority gives up within about two election timeouts, and with it all that waits
     */
    CompletableFuture<Applied> propose(byte[] command);

    /**
     * Reads from the state machine, on its own thread, between two commands.
     *
     * <p>A read waits until this node has applied what the leader says it must have; on a follower that is cut off just
     * then, that is until it is reached again.
     *
     * @param policy how fresh
     * @param query reads; must not change anything, and must be quick, because commands wait for it. An exception
     *     completes the future and hurts nobody else
     * @return what the query returned; or a {@link NotLeaderException} (no leader is known or it was lost),
     *     {@link ProposalRefusedException}, {@link StateDivergedException} or {@link NodeStoppedException}
     */
    <T> CompletableFuture<T> read(ReadPolicy policy, Supplier<T> query);

    /**
     * Reads as {@link #read(ReadPolicy, Supplier)} does, but not before this node has applied everything up to an index.
     * With {@link ReadPolicy#LOCAL} and the {@link Applied#index} of one's own last command, one reads one's own writes on
     * any node without asking the leader.
     *
     * @param minIndex what is never reached is waited for until the node is closed
     */
    <T> CompletableFuture<T> read(ReadPolicy policy, long minIndex, Supplier<T> query);

    /**
     * An index such that whoever reads the state machine now sees every command that was acknowledged before the call: the
     * future completes once this node has applied it. Reading then races with later commands, which
     * {@link #read} does not.
     */
    CompletableFuture<Long> readIndex();

    /**
     * Waits until everything that was acknowledged before the call, by any server, is applied on this node; fails as a
     * linearizable read does.
     */
    CompletableFuture<Void> barrier();

    /**
     * Waits until this node has applied everything up to an index.
     *
     * @return that index; or a {@link ProposalRefusedException}, because it counts as a read that waits, or a
     *     {@link NodeStoppedException}
     */
    CompletableFuture<Long> awaitApplied(long index);

    /**
     * Hands the leadership to the voter that is fittest for it (section 3.10). Proposals are refused meanwhile. If nothing
     * comes of it within about an election timeout, this node goes on leading.
     *
     * @return who leads then, not necessarily who was meant to; or a {@link NotLeaderException}, a
     *     {@link ChangeRefusedException} or a {@link NodeStoppedException}
     */
    CompletableFuture<NodeId> transferLeadership();

    /** Hands the leadership to this voter: see {@link #transferLeadership()}. */
    CompletableFuture<NodeId> transferLeadership(long id);

    /** Changes who belongs to the cluster. */
    MembershipAdmin membership();

    /**
     * Takes the requests of a {@link RaftSession} to the log, by way of this node: what {@link RaftSession#open} and
     * {@link RaftSession#resume} want. A request is appended once for each call, if at all.
     */
    SessionChannel sessions();

    /** The snapshots of this node. */
    SnapshotAdmin snapshots();

    /**
     * Who belongs to the cluster, as far as this node knows, in the order of their ids: the members in effect, those that are
     * leaving, and those that left since this node was started. Only a leader knows how the others are.
     */
    List<MemberStatus> members();

    /**
     * Switches PreVote while the node runs: see {@link RaftConfig#preVote}.
     *
     * @throws IllegalStateException if the node does not run
     */
    void preVote(boolean on);

    /**
     * Waits for a leader: completes as soon as this node knows one, be it itself or another; at once if it knows one now.
     * By the time the caller acts on it, there may be none again.
     *
     * @return who leads, and where; or a {@link NodeStoppedException}
     */
    CompletableFuture<Member> awaitLeader();

    /**
     * Which servers are known to have a state machine that is not like the others: this node itself, if it is in quarantine,
     * and, if it leads, all that have been found; in the order of their ids. See {@link RaftConfig#divergenceInterval}.
     */
    List<Divergence> divergences();

    /** A consistent look at this node. Before the start: an empty follower. After the end: what was last. */
    RaftStatus status();

    /** Who this node is; the store's id is 0 until the node was started. */
    NodeIdentity identity();

    /**
     * Completes when the node has stopped: normally after {@link #close}, exceptionally with what made it fail. By then its
     * threads have ended and all who waited for an answer have one; after a failure, as far as that could be had within half
     * of {@link RaftConfig#closeTimeout}, because a thread may hang in the application or in the disk, and {@link #close} does
     * the rest. A node that has failed takes no part in the cluster any more, but keeps its address and its storage until it
     * is closed. Completed by whoever closes the node, or by the thread that failed, as the last that it does; a callback may
     * close the node.
     */
    CompletableFuture<Void> terminated();

    /**
     * Stops the node: takes no more requests, writes what waits to be written, fails what cannot be finished, ends its
     * threads, and closes transport and storage. Idempotent. Takes at most about {@link RaftConfig#closeTimeout}; no
     * thread of the node survives it. Must not be called by the node's own threads.
     */
    @Override
    void close();

    /** A builder for a node; everything that has no default must be set. */
    static Builder builder() {
        return new Builder();
    }

    /** Collects what a node is made of. Not safe for use by several threads at once. */
    final class Builder {

        private final List<Member> members = new ArrayList<>();
        private @Nullable String cluster;
        private @Nullable NodeId id;
        private @Nullable StateMachine stateMachine;
        private @Nullable Storage storage;
        private @Nullable Transport transport;
        private RaftConfig config = RaftConfig.defaults();
        private Executor callbackExecutor = Runnable::run;
        private boolean joins;

        private Builder() {}

        /** Name of the cluster, which all its servers must share: see {@link NodeIdentity#cluster}. Required. */
        public Builder cluster(String cluster) {
            this.cluster = Objects.requireNonNull(cluster, "cluster");
            return this;
        }

        /** Number of this server, positive. Required. */
        public Builder id(long id) {
            this.id = NodeId.of(id);
            return this;
        }

        /**
         * A voter that the cluster is founded with: call it for each, this server included, the same on all servers.
         * Once the cluster exists, the replicated membership decides who belongs to it. For a server that
         * {@linkplain #join joins}: a server of the cluster that exists.
         */
        public Builder member(long id, String address) {
            members.add(Member.of(id, address));
            return this;
        }

        /**
         * This server does not found the cluster but joins one that exists: it takes no part before a leader has added it by
         * {@link MembershipAdmin}. It is not among the {@link #member members} then; these are the servers it may be
         * greeted by, the present leader among them. Its own address is what it is added with and its transport listens
         * on. Once it belongs to the cluster, this says nothing any more.
         */
        public Builder join() {
            joins = true;
            return this;
        }

        /** The application. Required; used by this node alone. */
        public Builder stateMachine(StateMachine stateMachine) {
            this.stateMachine = Objects.requireNonNull(stateMachine, "stateMachine");
            return this;
        }

        /** Where the node remembers. Required; used by this node alone, which closes it. */
        public Builder storage(Storage storage) {
            this.storage = Objects.requireNonNull(storage, "storage");
            return this;
        }

        /** How the node talks to others. Required; used by this node alone, which closes it. */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /** The settings; {@link RaftConfig#defaults} if not set. */
        public Builder config(RaftConfig config) {
            this.config = Objects.requireNonNull(config, "config");
            return this;
        }

        /** Where futures complete; the node's apply thread if not set. The caller closes it, after the node. */
        public Builder callbackExecutor(Executor callbackExecutor) {
            this.callbackExecutor = Objects.requireNonNull(callbackExecutor, "callbackExecutor");
            return this;
        }

        /**
         * Makes the node, which does nothing before {@link RaftNode#start}.
         *
         * @throws IllegalArgumentException if something is missing or wrong: a line for each
         */
        public RaftNode build() {
            List<String> problems = new ArrayList<>();
            checkPresent(problems, "cluster", cluster);
            checkPresent(problems, "id", id);
            checkPresent(problems, "stateMachine", stateMachine);
            checkPresent(problems, "storage", storage);
            checkPresent(problems, "transport", transport);
            checkMembers(problems);
            if (cluster != null && id != null) {
                checkIdentity(problems, cluster, id);
            }
            if (cluster == null
                    || id == null
                    || stateMachine == null
                    || storage == null
                    || transport == null
                    || !problems.isEmpty()) {
                throw new IllegalArgumentException("a node cannot be built:\n  " + String.join("\n  ", problems));
            }
            Membership founding = Membership.ofVoters(members);
            NodeParts parts =
                    new NodeParts(cluster, id, founding, stateMachine, storage, transport, config, callbackExecutor);
            return new NodeRuntime(parts, Seams.production(id, config.idleStrategy()));
        }

        private void checkMembers(List<String> problems) {
            if (members.isEmpty()) {
                problems.add("members are missing");
            } else if (id != null
                    && joins == members.stream().anyMatch(member -> member.id().equals(id))) {
                problems.add("id " + id.value() + (joins ? " joins, but is" : " is not") + " among the members "
                        + members.stream().map(member -> member.id().value()).toList());
            }
            check(problems, () -> Membership.ofVoters(members));
        }

        /** Refuses a name that no file could carry. */
        private static void checkIdentity(List<String> problems, String cluster, NodeId id) {
            check(problems, () -> new NodeIdentity(cluster, id, 0));
        }

        private static void check(List<String> problems, Runnable making) {
            try {
                making.run();
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }

        private static void checkPresent(List<String> problems, String name, @Nullable Object value) {
            if (value == null) {
                problems.add(name + " is missing");
            }
        }
    }
}
