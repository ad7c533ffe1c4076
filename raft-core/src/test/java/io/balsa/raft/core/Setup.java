package io.balsa.raft.core;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.AppendEntriesAccepted;
import io.balsa.raft.message.PreVote;
import io.balsa.raft.message.PreVoteReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.RequestVoteReply;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** The servers that tests begin with: a log, a term, settings that have something to bite on. */
public final class Setup {

    /** The shortest election timeout of every server under test. */
    public static final long ELECTION_TIMEOUT = 100_000_000;

    /** The heartbeat interval of every server under test. */
    public static final long HEARTBEAT = 20_000_000;

    private final Membership membership;
    private LogPosition base = LogPosition.ZERO;
    private long[] terms = {};
    private long currentTerm = 1;
    private boolean preVote = true;
    private boolean checkQuorum = true;
    private int maxInflightMessages = 1_000;
    private long maxInflightBytes = 1 << 20;
    private long maxUncommittedBytes = 1 << 20;
    private long recentBytes = 1 << 20;
    private int maxBatchBytes = 1 << 10;
    private CoreOptions options = CoreOptions.DEFAULT;
    private boolean stores;

    private Setup(Membership membership) {
        this.membership = membership;
    }

    /** Servers 1 to {@code voters}, all voters. */
    public static Setup cluster(long voters) {
        return of(Membership.ofVoters(LongStream.rangeClosed(1, voters)
                .mapToObj(id -> Member.of(id, "n" + id))
                .toList()));
    }

    /** Servers of this membership. */
    public static Setup of(Membership membership) {
        return new Setup(membership);
    }

    /** Voters, outgoing voters and learners, by number. */
    public static Membership membership(Set<Long> voters, Set<Long> outgoing, Set<Long> learners) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (Set<Long> ids : List.of(voters, outgoing, learners)) {
            ids.forEach(id -> members.put(NodeId.of(id), Member.of(id, "n" + id)));
        }
        return new Membership(members, ids(voters), ids(outgoing), ids(learners));
    }

    private static SortedSet<NodeId> ids(Set<Long> numbers) {
        SortedSet<NodeId> ids = new TreeSet<>();
        numbers.forEach(number -> ids.add(NodeId.of(number)));
        return ids;
    }

    /** The terms of the entries in the log; the current term is the last of them, or 1. */
    public Setup log(long... entryTerms) {
        terms = entryTerms.clone();
        currentTerm = Math.max(currentTerm, Arrays.stream(terms).max().orElse(1));
        return this;
    }

    /** The log begins after this position. */
    public Setup base(long index, long term) {
        base = new LogPosition(index, term);
        return this;
    }

    /** The term that the server remembers; it has voted for nobody in it. */
    public Setup currentTerm(long term) {
        currentTerm = term;
        return this;
    }

    /** No PreVote. */
    public Setup withoutPreVote() {
        preVote = false;
        return this;
    }

    /** No CheckQuorum. */
    public Setup withoutCheckQuorum() {
        checkQuorum = false;
        return this;
    }

    /** How many messages, and how many bytes of entries, may be on their way to one follower. */
    public Setup inflight(int messages, long bytes) {
        maxInflightMessages = messages;
        maxInflightBytes = bytes;
        return this;
    }

    /** How many bytes of entries may be in one message. */
    public Setup batch(int bytes) {
        maxBatchBytes = bytes;
        return this;
    }

    /** How many bytes may wait at a leader to be committed. */
    public Setup uncommitted(long bytes) {
        maxUncommittedBytes = bytes;
        return this;
    }

    /** How many bytes of entries a server holds in memory. */
    public Setup recent(long bytes) {
        recentBytes = bytes;
        return this;
    }

    /** Leaders may read for so long without asking. */
    public Setup leases(long nanos) {
        return options(nanos, options.longestSyncNanos(), options.silenceNanos(), options.catchUpNanos());
    }

    /** How long a write may wait for the disk. */
    public Setup longestSync(long nanos) {
        return options(options.leaseNanos(), nanos, options.silenceNanos(), options.catchUpNanos());
    }

    /** After how long a silent peer is reported. */
    public Setup silence(long nanos) {
        return options(options.leaseNanos(), options.longestSyncNanos(), nanos, options.catchUpNanos());
    }

    /** How long newcomers may take to catch up. */
    public Setup catchUp(long nanos) {
        return options(options.leaseNanos(), options.longestSyncNanos(), options.silenceNanos(), nanos);
    }

    private Setup options(long lease, long longestSync, long silence, long catchUp) {
        options = new CoreOptions(
                lease,
                longestSync,
                silence,
                catchUp,
                options.trailingEntries(),
                options.pieceBytes(),
                options.snapshotBytesPerSecond());
        return this;
    }

    /** How many entries to keep that a snapshot covers, and how to send snapshots. */
    public Setup snapshots(long trailingEntries, int pieceBytes, long bytesPerSecond) {
        options = new CoreOptions(
                options.leaseNanos(),
                options.longestSyncNanos(),
                options.silenceNanos(),
                options.catchUpNanos(),
                trailingEntries,
                pieceBytes,
                bytesPerSecond);
        return this;
    }

    /** Each server has a store of its own, {@link #storeOf} its number, and the membership knows that of each voter. */
    public Setup stores() {
        stores = true;
        return this;
    }

    /** The store of a server, where {@link #stores} have names. */
    public static long storeOf(long id) {
        return 100 + id;
    }

    /** The membership that the servers begin with. */
    Membership founding() {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        membership.members().forEach((id, member) -> {
            boolean known = stores && membership.isVoter(id);
            members.put(id, known ? member.withStore(storeOf(id.value())) : member);
        });
        return new Membership(members, membership.voters(), membership.outgoingVoters(), membership.learners());
    }

    /** The settings alone. */
    public CoreSettings settings() {
        return new CoreSettings(
                ELECTION_TIMEOUT,
                HEARTBEAT,
                preVote,
                checkQuorum,
                maxBatchBytes,
                maxInflightMessages,
                maxInflightBytes,
                maxUncommittedBytes,
                recentBytes,
                options);
    }

    /** A server that has just started. */
    public TestServer server(long id) {
        TestDisk disk = new TestDisk(base);
        disk.write(new HardState(currentTerm, Optional.empty()));
        disk.storeId(stores ? storeOf(id) : 0);
        for (int i = 0; i < terms.length; i++) {
            disk.write(run(base.index() + 1 + i, terms[i], "e" + (base.index() + 1 + i)));
        }
        return new TestServer(NodeId.of(id), settings(), founding(), disk, id);
    }

    /** A server that leads the term after the current one, has its first entry on its disk, and nobody's answer yet. */
    public TestServer elected(long id) {
        TestServer server = candidate(id);
        server.takeSent(RequestVote.class).forEach(request -> grant(server, request));
        if (server.core().role() != RaftRole.LEADER) {
            throw new AssertionError("not elected: " + server.core().role());
        }
        server.persists();
        return server;
    }

    /** A server that leads, and whose followers have acknowledged all there is. Nothing is left to be taken. */
    public TestServer leader(long id) {
        TestServer server = elected(id);
        acknowledgeAll(server);
        server.takeSent();
        server.takeNotices();
        return server;
    }

    /** A server that asks for votes in the term after the current one, its own vote on its disk. */
    public TestServer candidate(long id) {
        TestServer server = server(id);
        server.waitsForDeadline();
        for (PreVote request : server.takeSent(PreVote.class)) {
            server.receives(new PreVoteReply(request.term(), request.to(), server.self(), request.term(), true));
        }
        server.persists();
        return server;
    }

    /** The answer yes. */
    public static void grant(TestServer server, RequestVote request) {
        server.receives(new RequestVoteReply(request.term(), request.to(), server.self(), true));
    }

    /** Everybody has everything. */
    public static void acknowledgeAll(TestServer leader) {
        leader.core().membership().members().keySet().stream()
                .filter(id -> !id.equals(leader.self()))
                .forEach(id -> acknowledge(leader, id.value(), leader.core().lastIndex()));
    }

    /** A follower has everything up to {@code index}. */
    public static void acknowledge(TestServer leader, long follower, long index) {
        leader.receives(
                new AppendEntriesAccepted(leader.core().currentTerm(), NodeId.of(follower), leader.self(), index));
    }

    /** Commands are proposed, in one batch. */
    public static void propose(TestServer leader, String... commands) {
        leader.happens(new Input.Proposed(
                7,
                Arrays.stream(commands)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList()));
    }

    /** Commands as a run of entries. */
    public static EntryRun run(long firstIndex, long term, String... commands) {
        return EntryRun.of(
                firstIndex,
                term,
                EntryKind.COMMAND,
                Arrays.stream(commands)
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    /** AppendEntries from server 1 to server 2. */
    public static AppendEntries append(long term, LogPosition previous, long leaderCommit, EntryRun... runs) {
        return new AppendEntries(term, NodeId.of(1), NodeId.of(2), previous, List.of(runs), leaderCommit);
    }

    /** A position of the log. */
    public static LogPosition at(long index, long term) {
        return new LogPosition(index, term);
    }
}
