import { useState } from 'react';

/**
 * What a person is writing into a field whose value is in the address. It counts when it is committed; when the address
 * changes meanwhile, by Back or otherwise, the address wins.
 */
export function useDraft(value: string, onCommit: (text: string) => void) {
  const [draft, setDraft] = useState({ of: value, text: value });
  const text = draft.of === value ? draft.text : value;
  return {
    text,
    write: (written: string) => setDraft({ of: value, text: written }),
    commit: (written: string = text) => {
      const said = written.trim();
      setDraft({ of: value, text: said });
      if (said !== value) onCommit(said);
    },
  };
}
