package io.balsa.raft.testkit.coverage;

import java.util.Locale;

/**
 * What a sweep counts, and how often a sweep of {@value #SEEDS} seeds must have seen it at least.
 *
 * <p>Counted from what happened inside nodes, storage and network: a fault that was planned and had no effect does not count.
 * {@link CoverageWatch} counts what it can derive; what only the world knows is named there.
 */
public enum Counter {
    /** A server became leader. */
    ELECTIONS_WON("elections won", 5_000),
    /** A candidacy ended otherwise. */
    ELECTIONS_LOST("elections lost", 2_000),
    /** In a term that nobody led, a voter refused because another candidate had its vote. */
    SPLIT_VOTES("split votes", 500),
    /** A new leader, while commands that the one before had appended were not committed. */
    LEADER_CHANGES_IN_FLIGHT("leader changes while proposals in flight", 2_000),
    /** A leader followed in its own term: it had not heard a majority. */
    CHECK_QUORUM_STEP_DOWNS("leader stepped down by check-quorum", 300),
    /** All but a living leader spoke for the asker. */
    PRE_VOTES_REFUSED_LEADER_ALIVE("pre-vote rejected because leader alive", 300),
    /** The asker's log was behind. */
    PRE_VOTES_REFUSED_LOG_BEHIND("pre-vote rejected because log behind", 300),
    /** A follower dropped entries for others. */
    TRUNCATIONS("followers truncated conflicting suffix", 1_000),
    /** Ten or more at once. */
    LONG_TRUNCATIONS("followers truncated conflicting suffix, >= 10", 50),
    /** So the membership before it came back (section 4.1). */
    TRUNCATIONS_OF_MEMBERSHIP("truncation that removed a config entry", 50),
    /** Entries that the commitment of one of a later term committed. */
    COMMITTED_INDIRECTLY("entries of previous term committed indirectly", 1_000),
    /** An entry that was durable on a majority was overwritten. */
    FIGURE_8("Figure-8 situation", 10),

    /** Of the own state machine, and durable. */
    SNAPSHOTS_TAKEN("snapshots taken", 2_000),
    /** A leader has sent the last piece of one to a follower. */
    SNAPSHOTS_SENT("snapshots sent", 500),
    /** One has taken the place of a log. */
    SNAPSHOTS_INSTALLED("snapshots installed", 500),
    /** A piece came of one that the receiver did not need, or of a leader of an earlier term. */
    SNAPSHOTS_STALE("snapshot install rejected as stale", 50),
    /** A leader went on with what the follower had of one already, from another leader or before it crashed. */
    SNAPSHOTS_RESUMED("snapshot interrupted and resumed", 50),
    /** The receiver's log ended after it. */
    SNAPSHOTS_ON_LONGER_LOG("snapshot install on a node with a longer log", 20),
    /** The receiver's log had other entries than those that are committed. */
    SNAPSHOTS_ON_CONFLICTING_LOG("snapshot install with conflicting log", 20),
    /** The receiver's log had a membership that was not committed. */
    SNAPSHOTS_ON_MEMBERSHIP("snapshot install with uncommitted config entry", 10),

    /** A membership was committed that is not joint, nor is the one before it, and does more than name a store. */
    SIMPLE_CHANGES("simple config changes committed", 500),
    /** A joint membership was committed. */
    JOINT_ENTERED("joint entered", 300),
    /** The membership after a joint one was committed. */
    JOINT_LEFT("joint left", 300),
    /** And another leader had begun with it. */
    JOINT_SURVIVED("joint survived leader change", 50),
    /** By a membership that was committed. */
    LEARNERS_PROMOTED("learner promoted", 100),
    /** The same. */
    VOTERS_DEMOTED("voter demoted", 50),
    /** A leader has committed the membership that takes its vote away. */
    LEADERS_REMOVED("leader removed itself", 50),
    /** Somebody who is no member any more has asked for votes, or whether it would get them. */
    REMOVED_SHOUTED("removed node kept shouting", 50),

    /** A server came back. */
    RESTARTS("restarts", 3_000),
    /** Its storage cut a torn tail. */
    RESTARTS_TORN_TAIL("restarts with torn tail truncated", 300),
    /** Entries that had been written, and not synced, were gone. */
    RESTARTS_LOST_SUFFIX("restarts with lost un-synced suffix", 500),
    /** A file of term and vote was found that was not written to its end. */
    RESTARTS_HALF_METADATA("restarts with half-written metadata file", 100),
    /** Of term and vote and entries that belonged together, one was written. */
    CRASHES_BETWEEN_WRITES("crash between log write and metadata write", 100),
    /** A snapshot was durable, and the log that it stands for not yet cut. */
    CRASHES_BEFORE_LOG_TRUNCATION("crash between snapshot rename and log truncation", 50),
    /** A sync failed, and the node stopped. */
    SYNC_FAILURES("fsync EIO => fail-stop", 50),
    /** The disk was full, and the node went on by itself when there was room. */
    DISK_FULL_RECOVERED("ENOSPC recovered", 50),
    /** Damaged bytes were recognised. */
    BIT_ROT_DETECTED("bit rot detected", 50),
    /** A damaged record with synced records after it: refused, or cut off, and up to where the log was is remembered. */
    CRC_FAILURES_REFUSED("CRC failure in the middle of the log refused", 20),
    /** Damage was cut off, and a leader gave back what came after it: the server votes again. */
    LOGS_MENDED("damaged logs mended by a leader", 20),
    /** The newest snapshot was damaged, and what was before the log was lost: a leader sent one, and the rest. */
    SNAPSHOTS_MENDED("damaged snapshots mended by a leader", 5),
    /** A server came back once more before a leader had given back all. */
    MENDING_INTERRUPTED("restarts while being mended", 5),

    /** Lost by chance or stopped by a cut link. */
    MESSAGES_DROPPED("messages dropped", 100_000),
    /** Arrived again. */
    MESSAGES_DUPLICATED("messages duplicated", 50_000),
    /** Arrived after one that was sent later. */
    MESSAGES_REORDERED("messages reordered", 50_000),
    /** The receiver was in a later term. */
    MESSAGES_A_TERM_LATE("messages delivered >= 1 term late", 5_000),
    /** By two or more. */
    MESSAGES_TERMS_LATE("messages delivered >= 2 terms late", 500),
    /** A link let messages through in one direction and stopped some in the other. */
    ONE_WAY_PARTITIONS("one-way partitions", 100),
    /** Two halves that share one server. */
    BRIDGES("bridge", 100),
    /** Every server sees a majority, no two the same. */
    RINGS("majorities ring", 100),
    /** Nothing in, nothing out. */
    LEADERS_ISOLATED("leader isolated alone", 100),

    /** A leader stood still for longer than the others wait. */
    LEADER_PAUSES("pauses longer than an election timeout of a leader", 200),
    /** Time came to a server so late that all its timers were over. */
    LATE_TIMERS("burst of late timers", 200),

    /** A leader served a read. */
    READS_BY_INDEX("reads: ReadIndex ok", 10_000),
    /** A leader served a read without asking anybody. */
    READS_BY_LEASE("reads: lease ok", 5_000),
    /** A follower served one. */
    READS_BY_FOLLOWERS("reads: follower read ok", 2_000),
    /** A leader got a read before it knew what is committed, and held it. */
    READS_BEFORE_OWN_COMMIT("reads: refused, no own-term commit yet", 200),
    /** A client asked again, and another leader was there. */
    READS_RETRIED("reads: retried after leader change", 200),

    /** Acknowledged. */
    OPERATIONS_OK("client ops ok", 100_000),
    /** Nobody knows. */
    OPERATIONS_UNKNOWN("client ops unknown", 1_000),
    /** Took no effect, and the client was told. */
    OPERATIONS_FAILED("client ops definitely failed", 1_000),
    /** A compare-and-set that set. */
    CAS_SUCCEEDED("CAS success", 1_000),
    /** One that did not. */
    CAS_FAILED("CAS failure", 1_000),
    /** A command that came again was not applied again. */
    DUPLICATES_SUPPRESSED("session duplicates suppressed", 200),
    /** A follower passed on what its user wanted, and got the leader's answer. */
    PROPOSALS_FORWARDED("proposals forwarded and answered", 20_000),
    /** The leadership went to another server. */
    TRANSFERS("leadership transfers ok", 200),
    /** It did not, in time. */
    TRANSFERS_ABORTED("leadership transfers aborted", 50),

    /** One in each seed. */
    LIVENESS_RUN("liveness phases run", Counter.SEEDS),
    /** Those in which no progress was possible: fewer than one in a hundred seeds. */
    LIVENESS_INCONCLUSIVE("liveness phases legit-inconclusive", 20, true);

    /** For how many seeds the floors are. */
    public static final long SEEDS = 2_000;

    /** Below this, a floor that was scaled down says nothing. */
    private static final long LEAST_SCALED = 5;

    private final String label;
    private final long bound;
    private final boolean isCeiling;

    Counter(String label, long floor) {
        this(label, floor, false);
    }

    Counter(String label, long bound, boolean isCeiling) {
        this.label = label;
        this.bound = bound;
        this.isCeiling = isCeiling;
    }

    /** What it counts, in the words of the specification. */
    public String label() {
        return label;
    }

    /** Its name in the line of a seed. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it must stay below its bound, and not reach it. */
    public boolean isCeiling() {
        return isCeiling;
    }

    /** What so many seeds must reach, rounded up, or must stay below: in a few seeds, a few are allowed. */
    public long boundFor(long seeds) {
        long scaled = (bound * seeds + SEEDS - 1) / SEEDS;
        return isCeiling ? Math.max(LEAST_SCALED, scaled) : scaled;
    }

    /** Whether so many seeds are too few to demand anything. */
    public boolean isOnlyReported(long seeds) {
        return bound * seeds < LEAST_SCALED * SEEDS && !isCeiling;
    }

    /** Whether so many seeds may have counted this. */
    public boolean isMetBy(long count, long seeds) {
        return isCeiling ? count < boundFor(seeds) : isOnlyReported(seeds) || count >= boundFor(seeds);
    }
}
