package io.balsa.raft.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What is to become of a membership: any number of steps, all at once or none.
 *
 * <p>Immutable; the methods return a new change that does one step more.
 *
 * @param steps in the order in which they are done
 * @param expectedIndex if given, the change is refused unless the membership in effect stands at this index of the log
 */
public record MembershipChange(List<Step> steps, OptionalLong expectedIndex) {

    /** A step of a change. */
    public sealed interface Step permits Add, Promote, Demote, Remove, Alter {}

    /** A new member; a voter becomes one when it has caught up. */
    public record Add(Member member, boolean asVoter) implements Step {
        public Add {
            Objects.requireNonNull(member, "member");
        }
    }

    /** A learner gets a vote. It must have caught up. */
    public record Promote(NodeId id) implements Step {
        public Promote {
            Objects.requireNonNull(id, "id");
        }
    }

    /** A voter becomes a learner. */
    public record Demote(NodeId id) implements Step {
        public Demote {
            Objects.requireNonNull(id, "id");
        }
    }

    /** A member is none any more. */
    public record Remove(NodeId id) implements Step {
        public Remove {
            Objects.requireNonNull(id, "id");
        }
    }

    /** A member gets another address or priority. Its store stays the one that the cluster knows. */
    public record Alter(Member member) implements Step {
        public Alter {
            Objects.requireNonNull(member, "member");
        }
    }

    public MembershipChange {
        steps = List.copyOf(steps);
        Objects.requireNonNull(expectedIndex, "expectedIndex");
    }

    /** A change that does nothing yet. */
    public static MembershipChange begin() {
        return new MembershipChange(List.of(), OptionalLong.empty());
    }

    /** And adds a learner. */
    public MembershipChange addLearner(Member member) {
        return and(new Add(member, false));
    }

    /** And adds a voter: a learner at first, which gets its vote when it has caught up. */
    public MembershipChange addVoter(Member member) {
        return and(new Add(member, true));
    }

    /** And gives a learner a vote. */
    public MembershipChange promote(NodeId id) {
        return and(new Promote(id));
    }

    /** And takes a voter's vote away; it stays a learner. */
    public MembershipChange demote(NodeId id) {
        return and(new Demote(id));
    }

    /** And removes a member. */
    public MembershipChange remove(NodeId id) {
        return and(new Remove(id));
    }

    /** And gives a member another address or priority. */
    public MembershipChange alter(Member member) {
        return and(new Alter(member));
    }

    /** The same change, refused unless the membership in effect stands at this index of the log. */
    public MembershipChange onlyIfAt(long membershipIndex) {
        return new MembershipChange(steps, OptionalLong.of(membershipIndex));
    }

    private MembershipChange and(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new MembershipChange(more, expectedIndex);
    }
}
