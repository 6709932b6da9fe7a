package ai.narrows.message;

/** A param's value that cannot be used, alone or beside another's. */
public final class ParamException extends IllegalArgumentException implements Message.Carrier {
  private static final long serialVersionUID = 1L;

  private final Message told;

  /** With the param, the rule and the value. */
  public ParamException(Message told) {
    super(told.toString());
    this.told = told;
  }

  /** For example {@code epochs must be at least 1, but is 0}. */
  public ParamException(String param, Object rule, Object value) {
    this(Message.rule(param, rule, value));
  }

  @Override
  public Message told() {
    return told;
  }
}
