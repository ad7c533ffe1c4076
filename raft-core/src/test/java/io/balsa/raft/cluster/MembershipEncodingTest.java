package io.balsa.raft.cluster;

import static io.balsa.raft.cluster.MembershipTest.ids;
import static io.balsa.raft.cluster.MembershipTest.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The encoding of a membership")
class MembershipEncodingTest {

    /** Voter 2, outgoing voters 1 and 2, learner 1, each part by itself. */
    private static final List<String> GOLDEN = List.of(
            "02", // format
            "00000002", // members
            "0000000000000001", // id
            "06", // outgoing voter, learner
            "00" + "0000000000000000", // priority, store that is not known
            "0001" + "61", // address "a"
            "0000000000000002", // id
            "03", // voter, outgoing voter
            "07" + "fffffffffffffffe", // priority 7, store -2
            "0002" + "c3a4"); // address "ä"

    private static final String NO_STORE = "00" + "0000000000000000";

    private static final String GOLDEN_HEX = String.join("", GOLDEN);

    @Test
    @DisplayName("is these bytes, now and for ever")
    void encodesToTheGoldenBytes() {
        assertThat(hex(goldenMembership().encode())).isEqualTo(GOLDEN_HEX);
    }

    @Test
    @DisplayName("of old is still understood")
    void decodesTheGoldenBytes() {
        assertThat(Membership.decode(bytes(GOLDEN_HEX))).isEqualTo(goldenMembership());
    }

    static Stream<Membership> memberships() {
        List<Member> all = new ArrayList<>();
        IntStream.rangeClosed(1, Membership.MAX_MEMBERS)
                .forEach(id -> all.add(Member.of(id, "€".repeat(Member.MAX_ADDRESS_LENGTH))));
        return Stream.of(
                Membership.ofVoters(List.of(Member.of(Long.MAX_VALUE, "a"))),
                Membership.ofVoters(all),
                new Membership(members(1, 2, 3), ids(1, 2), ids(), ids(3)),
                new Membership(members(1, 2, 3, 4), ids(1, 4), ids(1, 2, 3), ids(2)));
    }

    @ParameterizedTest
    @DisplayName("gives the membership back")
    @MethodSource("memberships")
    void givesTheMembershipBack(Membership membership) {
        assertThat(Membership.decode(membership.encode())).isEqualTo(membership);
    }

    @Test
    @DisplayName("is refused at every length but its own")
    void refusesTruncatedBytes() {
        byte[] whole = bytes(GOLDEN_HEX);

        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> Membership.decode(truncated));
        }
    }

    @Test
    @DisplayName("is refused with a byte too many")
    void refusesAByteTooMany() {
        refuses(GOLDEN_HEX + "00", "1 bytes too many after a membership");
    }

    @Test
    @DisplayName("is refused in a format of the future")
    void refusesAnUnknownFormat() {
        refuses(golden(0, "03"), "not a membership: format 3, 2 members");
    }

    @Test
    @DisplayName("is refused without members")
    void refusesNoMembers() {
        refuses("02" + "00000000", "not a membership: format 2, 0 members");
    }

    @Test
    @DisplayName("is refused with more members than there may be, before room is made for them")
    void refusesTooManyMembers() {
        refuses(golden(1, "7fffffff"), "not a membership: format 2, 2147483647 members");
    }

    @Test
    @DisplayName("is refused when a node has the id 0")
    void refusesTheIdZero() {
        refuses(golden(2, "0000000000000000"), "a node id is a positive number");
    }

    @Test
    @DisplayName("is refused when a member has no role")
    void refusesNoRole() {
        refuses(golden(3, "00"), "roles are given to [n2] but members are [n1, n2]");
    }

    @Test
    @DisplayName("is refused when a member has a role of the future")
    void refusesAnUnknownRole() {
        refuses(golden(3, "0e"), "not the bytes that this membership is encoded as");
    }

    @Test
    @DisplayName("is refused when an address is blank")
    void refusesABlankAddress() {
        refuses(golden(5, "0001" + "20"), "the address of n1");
    }

    @Test
    @DisplayName("is refused when an address is not UTF-8")
    void refusesBrokenUtf8() {
        refuses(golden(9, "0002" + "c3ff"), "not the bytes that this membership is encoded as");
    }

    @Test
    @DisplayName("is refused when it names a member twice")
    void refusesAMemberNamedTwice() {
        refuses(golden(6, "0000000000000001"), "");
    }

    @Test
    @DisplayName("is refused when its members do not ascend")
    void refusesMembersOutOfOrder() {
        String second = "0000000000000002" + "01" + NO_STORE + "0001" + "62";
        String first = "0000000000000001" + "01" + NO_STORE + "0001" + "61";

        refuses("02" + "00000002" + second + first, "not the bytes that this membership is encoded as");
    }

    @Test
    @DisplayName("is either refused as an illegal argument or gives its bytes back, whichever byte is changed")
    void survivesEveryChangedByte() {
        byte[] golden = bytes(GOLDEN_HEX);

        for (int at = 0; at < golden.length; at++) {
            for (int flip = 1; flip < 256; flip++) {
                byte[] changed = golden.clone();
                changed[at] ^= (byte) flip;
                assertThatItIsRefusedOrGivenBack(changed);
            }
        }
    }

    @Test
    @DisplayName("is either refused as an illegal argument or gives its bytes back, whatever the bytes")
    void survivesGarbage() {
        SplittableRandom random = new SplittableRandom(4);

        for (int i = 0; i < 10_000; i++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            assertThatItIsRefusedOrGivenBack(garbage);
        }
    }

    private static void assertThatItIsRefusedOrGivenBack(byte[] bytes) {
        try {
            assertThat(Membership.decode(bytes).encode()).isEqualTo(bytes);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    private static void refuses(String hex, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Membership.decode(bytes(hex)))
                .withMessageContaining(message);
    }

    private static Membership goldenMembership() {
        return new Membership(
                Membership.ofVoters(List.of(Member.of(1, "a"), new Member(NodeId.of(2), "ä", 7, -2)))
                        .members(),
                ids(2),
                ids(1, 2),
                ids(1));
    }

    /** The golden bytes with one part replaced. */
    private static String golden(int part, String replacement) {
        List<String> parts = new ArrayList<>(GOLDEN);
        parts.set(part, replacement);
        return String.join("", parts);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
