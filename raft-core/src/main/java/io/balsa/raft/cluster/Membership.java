package io.balsa.raft.cluster;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who votes, who learns, and where each is reached: the paper's <em>configuration</em>.
 *
 * <p>While the cluster moves from one set of voters to another, both sets have a say: {@code voters} is then C_new and
 * {@code outgoingVoters} is C_old, and every decision needs a majority of each (joint consensus, dissertation section
 * 4.3). At any other time {@code outgoingVoters} is empty. A voter that is being demoted is in {@code outgoingVoters} and
 * already in {@code learners}.
 *
 * <p>Immutable; all collections are sorted by id, so that iterating over them is the same on every server.
 *
 * @param members everybody, with addresses; its keys are exactly the union of the three sets
 * @param voters whose votes and acknowledgements count; never empty
 * @param outgoingVoters the voters of C_old in the joint phase, else empty
 * @param learners who get the log but count for nothing
 */
public record Membership(
        SortedMap<NodeId, Member> members,
        SortedSet<NodeId> voters,
        SortedSet<NodeId> outgoingVoters,
        SortedSet<NodeId> learners) {

    /** The most members a membership may have; a bound for decoders, far above what Raft is good for. */
    public static final int MAX_MEMBERS = 1024;

    private static final byte FORMAT = 2;
    private static final int VOTER = 1;
    private static final int OUTGOING_VOTER = 2;
    private static final int LEARNER = 4;

    public Membership {
        members = sortedById(members);
        voters = sortedById(voters);
        outgoingVoters = sortedById(outgoingVoters);
        learners = sortedById(learners);
        SortedSet<NodeId> named = new TreeSet<>(voters);
        named.addAll(outgoingVoters);
        named.addAll(learners);
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("a membership needs at least one voter");
        }
        if (!named.equals(members.keySet())) {
            throw new IllegalArgumentException("roles are given to " + named + " but members are " + members.keySet());
        }
        if (!Collections.disjoint(voters, learners)) {
            throw new IllegalArgumentException("nobody is voter and learner at once: " + voters + ", " + learners);
        }
        if (members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("a membership has at most " + MAX_MEMBERS + " members");
        }
        members.forEach((id, member) -> {
            if (!id.equals(member.id())) {
                throw new IllegalArgumentException("key " + id + " holds " + member);
            }
        });
    }

    /**
     * A membership in which everybody votes.
     *
     * @throws IllegalArgumentException if there is none, or two have the same id
     */
    public static Membership ofVoters(Collection<Member> voters) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (Member voter : voters) {
            Member other = members.put(voter.id(), voter);
            if (other != null) {
                throw new IllegalArgumentException(
                        "two members have the id " + voter.id().value());
            }
        }
        return new Membership(members, new TreeSet<>(members.keySet()), none(), none());
    }

    /** A copy; TreeMap's copy constructor would keep the order that the caller's map happens to have. */
    private static SortedMap<NodeId, Member> sortedById(SortedMap<NodeId, Member> members) {
        SortedMap<NodeId, Member> sorted = new TreeMap<>();
        sorted.putAll(members);
        return Collections.unmodifiableSortedMap(sorted);
    }

    private static SortedSet<NodeId> sortedById(SortedSet<NodeId> ids) {
        SortedSet<NodeId> sorted = new TreeSet<>();
        sorted.addAll(ids);
        return Collections.unmodifiableSortedSet(sorted);
    }

    private static SortedSet<NodeId> none() {
        return Collections.emptySortedSet();
    }

    /** Whether two sets of voters decide together (C_old,new). */
    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    /** Whether this server's vote counts, in either half of a joint membership. */
    public boolean isVoter(NodeId id) {
        return voters.contains(id) || outgoingVoters.contains(id);
    }

    /** Whether this server gets the log but has no vote. */
    public boolean isLearner(NodeId id) {
        return learners.contains(id) && !outgoingVoters.contains(id);
    }

    /** The store that this server's vote counts from; 0 if that is not known, or it is no member. */
    public long storeOf(NodeId id) {
        Member member = members.get(id);
        return member == null ? 0 : member.storeId();
    }

    /** How eager this server is to lead; 0 if it is no member. */
    public int priorityOf(NodeId id) {
        Member member = members.get(id);
        return member == null ? 0 : member.priority();
    }

    /** How many different priorities there are among the voters above that of this server, {@code most} at most. */
    public int prioritiesAbove(NodeId id, int most) {
        Member self = members.get(id);
        int highest = self == null ? Member.MAX_PRIORITY : self.priority();
        SortedSet<Integer> above = new TreeSet<>();
        for (Member member : members.values()) {
            if (voters.contains(member.id()) && member.priority() > highest) {
                above.add(member.priority());
            }
        }
        return Math.min(most, above.size());
    }

    /** Whether this server is a member at all. */
    public boolean contains(NodeId id) {
        return members.containsKey(id);
    }

    /** The member with this id, if there is one. */
    public Optional<Member> member(NodeId id) {
        return Optional.ofNullable(members.get(id));
    }

    /**
     * This membership as bytes, the same on every server: the payload of a membership entry. Format: version (1 byte),
     * number of members (4 bytes), then for each its id (8 bytes), its roles (1 byte, a bit set: 1 voter, 2 outgoing
     * voter, 4 learner), its priority (1 byte), its store (8 bytes), and its address (2 bytes of length, UTF-8).
     */
    public byte[] encode() {
        int size = 1 + Integer.BYTES;
        for (Member member : members.values()) {
            size += 2 * Long.BYTES + 2 + Short.BYTES + utf8(member.address()).length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(FORMAT).putInt(members.size());
        for (Member member : members.values()) {
            byte[] address = utf8(member.address());
            out.putLong(member.id().value()).put((byte) rolesOf(member.id()));
            out.put((byte) member.priority()).putLong(member.storeId());
            out.putShort((short) address.length).put(address);
        }
        return out.array();
    }

    /**
     * The membership that {@link #encode} made these bytes of.
     *
     * @throws IllegalArgumentException if the bytes are no membership
     */
    public static Membership decode(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        Membership decoded;
        try {
            decoded = decode(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the bytes of a membership end too soon", e);
        }
        // There is one encoding only: no member named twice or out of order, no unknown role, no broken UTF-8.
        if (!Arrays.equals(decoded.encode(), bytes)) {
            throw new IllegalArgumentException("not the bytes that this membership is encoded as: " + decoded);
        }
        return decoded;
    }

    private static Membership decode(ByteBuffer in) {
        byte format = in.get();
        int count = in.getInt();
        if (format != FORMAT || count < 1 || count > MAX_MEMBERS) {
            throw new IllegalArgumentException("not a membership: format " + format + ", " + count + " members");
        }
        SortedMap<NodeId, Member> members = new TreeMap<>();
        SortedSet<NodeId> voters = new TreeSet<>();
        SortedSet<NodeId> outgoingVoters = new TreeSet<>();
        SortedSet<NodeId> learners = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            NodeId id = NodeId.of(in.getLong());
            int roles = in.get();
            int priority = in.get();
            long storeId = in.getLong();
            members.put(id, new Member(id, decodeAddress(in), priority, storeId));
            addIf((roles & VOTER) != 0, voters, id);
            addIf((roles & OUTGOING_VOTER) != 0, outgoingVoters, id);
            addIf((roles & LEARNER) != 0, learners, id);
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes too many after a membership");
        }
        return new Membership(members, voters, outgoingVoters, learners);
    }

    private static String decodeAddress(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
            throw new BufferUnderflowException(); // before anything is allocated for it
        }
        byte[] address = new byte[length];
        in.get(address);
        return new String(address, StandardCharsets.UTF_8);
    }

    private static void addIf(boolean hasRole, SortedSet<NodeId> set, NodeId id) {
        if (hasRole) {
            set.add(id);
        }
    }

    private int rolesOf(NodeId id) {
        return (voters.contains(id) ? VOTER : 0)
                | (outgoingVoters.contains(id) ? OUTGOING_VOTER : 0)
                | (learners.contains(id) ? LEARNER : 0);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
