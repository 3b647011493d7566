// What is asked anew while an answer is under way: both come, in either order.

/** Sees to it that no answer takes the place of one to a later question. */
export class Turns {
  #asked = 0;
  #taken = 0;

  /** Before asking. What comes back says, once all of the answer is here, whether it is to be taken: it is then. */
  begin() {
    this.#asked += 1;
    const mine = this.#asked;
    return () => {
      if (mine < this.#taken) return false;
      this.#taken = mine;
      return true;
    };
  }

  /** What was done here is newer than all that was asked before. */
  overrule() {
    this.begin()();
  }
}
