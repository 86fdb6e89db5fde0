export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** Whether a text is typed into it: an expression has no place where a number or a choice is. */
export function isTextField(element: Element): element is TextField {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly;
  if (!(element instanceof HTMLInputElement)) return false;
  const isNumber = element.inputMode === 'numeric' || element.inputMode === 'decimal';
  return ['text', 'search', 'url', 'email'].includes(element.type) && !isNumber && !element.readOnly;
}

/** Puts a text where the caret is, as if it were typed, and leaves the caret behind it. */
export function insertInto(field: TextField, text: string): void {
  field.focus();
  field.setRangeText(text, field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
