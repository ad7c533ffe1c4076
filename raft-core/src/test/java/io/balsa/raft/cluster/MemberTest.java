package io.balsa.raft.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A member")
class MemberTest {

    @ParameterizedTest(name = "[{0}] is refused")
    @DisplayName("needs an address that is not blank")
    @ValueSource(strings = {"", " ", "\t\n"})
    void refusesABlankAddress(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Member.of(1, address))
                .withMessage("the address of n1 must have 1 to 1024 characters");
    }

    @Test
    @DisplayName("may have an address of 1024 characters")
    void takesTheLongestAddress() {
        String longest = "a".repeat(Member.MAX_ADDRESS_LENGTH);

        assertThat(Member.of(1, longest).address()).isEqualTo(longest);
    }

    @Test
    @DisplayName("may not have an address of 1025 characters")
    void refusesALongerAddress() {
        assertThatIllegalArgumentException().isThrownBy(() -> Member.of(1, "a".repeat(Member.MAX_ADDRESS_LENGTH + 1)));
    }

    @Test
    @DisplayName("reads as its id and its address")
    void readsAsIdAndAddress() {
        assertThat(Member.of(3, "http://10.0.0.3:7001")).hasToString("n3=http://10.0.0.3:7001");
    }
}
